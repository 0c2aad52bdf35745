"""The parts of allauth that we offer. Nobody signs up, and the record holds phone and e-mail.

All of it is done by the service: only it reads and writes accounts, sessions and second factors.
"""

from allauth.account import views
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path
from django.views.generic import RedirectView

from common.postgres.actor import as_service
from people.sign_in.views import account, sso
from people.sign_in.views.account import staff_only

SSO = {"provider_id": "organisation"}
urlpatterns = [
    path("", account.account_home, name="account_home"),
    path("login/", views.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("stay/", account.account_stay, name="account_stay"),
    path("leave/", account.leave, name="account_leave"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("login/code/", views.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.EnterCode.as_view(), name="account_confirm_login_code"),
    path("sign-in-again/", staff_only(views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[0-9A-Za-z-]{1,200})/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("sessions/", account.account_sessions, name="account_sessions"),
    path("sessions/<int:pk>/end/", account.account_session_end, name="account_session_end"),
    path("sessions/end-others/", account.account_sessions_end, name="account_sessions_end"),
    path("second-step/", staff_only(second.index), name="mfa_index"),
    path("second-step/enter/", second.authenticate, name="mfa_authenticate"),
    path("second-step/again/", staff_only(second.reauthenticate), name="mfa_reauthenticate"),
    path("second-step/app/add/", staff_only(app.activate_totp), name="mfa_activate_totp"),
    path("second-step/app/remove/", staff_only(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-step/recovery-codes/", staff_only(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "second-step/recovery-codes/new/",
        staff_only(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("second-step/passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("second-step/passkeys/add/", staff_only(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "second-step/passkeys/again/",
        staff_only(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("second-step/passkeys/<int:pk>/remove/", account.passkey_remove, name="mfa_remove_webauthn"),
    path("second-step/passkeys/<int:pk>/name/", staff_only(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("organisation/", sso.sso_login, SSO, name="openid_connect_login"),
    path("organisation/back/", sso.sso_callback, SSO, name="openid_connect_callback"),
]
for each in urlpatterns:
    each.callback = as_service()(each.callback)
