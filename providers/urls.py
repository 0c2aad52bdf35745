"""Addresses of this floor."""

from django.urls import path

from providers.views import directory, imports, inbox, link, portal, referrals

app_name = "providers"
urlpatterns = [
    path("services/", directory.service_list, name="service-list"),
    path("services/new/", directory.service_new, name="service-new"),
    path("services/import/", imports.service_import, name="service-import"),
    path("services/unmet/", directory.unmet_list, name="unmet-list"),
    path("services/unmet/new/", directory.unmet_need, name="unmet-need"),
    path("services/<int:pk>/", directory.service_detail, name="service-detail"),
    path("services/<int:pk>/edit/", directory.service_edit, name="service-edit"),
    path("providers/", directory.provider_list, name="provider-list"),
    path("providers/<int:pk>/", directory.provider_detail, name="provider-detail"),
    path("providers/<int:pk>/edit/", directory.provider_edit, name="provider-edit"),
    path("providers/<int:pk>/suspend/", directory.provider_suspend, name="provider-suspend"),
    path("providers/<int:pk>/restore/", directory.provider_restore, name="provider-restore"),
    path("providers/<int:pk>/accounts/", directory.provider_accounts, name="provider-accounts"),
    path("referrals/", inbox.our_referrals, name="our-referrals"),
    path("referrals/<slug:reference>/", inbox.our_referral, name="our-referral"),
    path("people/<uuid:ref>/services/", referrals.person_services, name="person-services"),
    path("people/<uuid:ref>/services/<int:pk>/refer/", referrals.referral_new, name="referral-new"),
    path("people/<uuid:ref>/referrals/<slug:reference>/", referrals.referral_detail, name="referral-detail"),
    path("people/<uuid:ref>/referrals/<slug:reference>/accept/", referrals.referral_accept, name="referral-accept"),
    path("people/<uuid:ref>/referrals/<slug:reference>/decline/", referrals.referral_decline, name="referral-decline"),
    path("people/<uuid:ref>/referrals/<slug:reference>/deliver/", referrals.referral_deliver, name="referral-deliver"),
    path("people/<uuid:ref>/referrals/<slug:reference>/cancel/", referrals.referral_cancel, name="referral-cancel"),
    path("people/<uuid:ref>/referrals/<slug:reference>/resend/", referrals.referral_resend, name="referral-resend"),
    path("people/<uuid:ref>/referrals/<slug:reference>/seen/", referrals.referral_seen, name="referral-seen"),
    path("me/services/", portal.my_services, name="my-services"),
    path("r/<str:token>/", link.referral_link, name="referral-link"),
]
