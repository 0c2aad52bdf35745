"""Addresses of this room: accounts, teams and invitations."""

from django.urls import path

from people.administration.views import accounts, invitations, phones, role_requests, roles, teams

ACCOUNT = "administration/accounts/<int:pk>/"
urlpatterns = [
    path("acting-as/", roles.role_switch, name="role-switch"),
    path("administration/accounts/", accounts.account_list, name="account-list"),
    path(ACCOUNT, accounts.account_detail, name="account-detail"),
    path(f"{ACCOUNT}roles/new/", accounts.role_give, name="role-give"),
    path(f"{ACCOUNT}roles/<int:role>/end/", accounts.role_end, name="role-end"),
    path(f"{ACCOUNT}roles/<int:role>/move/", accounts.role_move, name="role-move"),
    path(f"{ACCOUNT}suspend/", accounts.account_suspend, name="account-suspend"),
    path(f"{ACCOUNT}restore/", accounts.account_restore, name="account-restore"),
    path("administration/roles/<int:pk>/", role_requests.role_request, name="role-request"),
    path("administration/roles/<int:pk>/withdraw/", role_requests.role_withdraw, name="role-withdraw"),
    path("administration/invitations/", invitations.invitation_list, name="invitation-list"),
    path("administration/invitations/new/", invitations.invitation_new, name="invitation-new"),
    path("administration/invitations/<int:pk>/again/", invitations.invitation_resend, name="invitation-resend"),
    path("administration/invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation-withdraw"),
    path("administration/teams/", teams.team_list, name="team-list"),
    path("administration/teams/new/", teams.team_new, name="team-new"),
    path("administration/teams/<int:pk>/", teams.team_detail, name="team-detail"),
    path("administration/teams/<int:pk>/phone/", phones.team_phone, name="team-phone"),
    path(f"{ACCOUNT}phone/", phones.account_phone, name="account-phone"),
    path("work-phone/", phones.own_phone, name="own-phone"),
    path("invited/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
]
