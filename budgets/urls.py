"""Addresses of the money floor."""

from django.urls import path

from budgets.views import funds, paying, portal, staff

app_name = "budgets"
urlpatterns = [
    path("funds/", funds.fund_list, name="fund-list"),
    path("funds/<int:pk>/", funds.fund_detail, name="fund-detail"),
    path("funds/<int:pk>/contribute/", funds.fund_contribute, name="fund-contribute"),
    path("requests/", staff.request_list, name="request-list"),
    path("requests/<int:pk>/", staff.request_detail, name="request-detail"),
    path("requests/<int:pk>/approve/", staff.request_approve, name="request-approve"),
    path("requests/<int:pk>/refuse/", staff.request_refuse, name="request-refuse"),
    path("commitments/<int:pk>/referral/", paying.commitment_refer, name="buy-through"),
    path("commitments/<int:pk>/pay/", paying.commitment_pay, name="pay"),
    path("commitments/<int:pk>/release/", paying.commitment_release, name="commitment-release"),
    path("people/<uuid:ref>/money/", staff.person_money, name="person-money"),
    path("people/<uuid:ref>/money/open/<int:enrolment>/", staff.budget_open, name="budget-open"),
    path("people/<uuid:ref>/money/ask/", staff.request_begin, name="request-begin"),
    path("people/<uuid:ref>/money/<int:budget>/ask/", staff.request_new, name="request-new"),
    path("me/money/", portal.my_money, name="my-money"),
    path("me/money/<int:pk>/seen/", portal.sum_seen, name="sum-seen"),
    path("me/money/every-penny/", portal.my_pennies, name="my-pennies"),
    path("me/money/<int:budget>/ask/", portal.ask_first, name="ask-first"),
    path("me/requests/<int:pk>/write/", portal.ask_write, name="ask"),
    path("me/requests/<int:pk>/", portal.my_request, name="my-request"),
    path("me/requests/<int:pk>/take-back/", portal.take_back, name="take-back"),
]
