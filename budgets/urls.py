"""Addresses of the money floor."""

from django.urls import path

from budgets.views import books, correcting, funds, paying, portal, staff

app_name = "budgets"
urlpatterns = [
    path("funds/", funds.fund_list, name="fund-list"),
    path("funds/<int:pk>/", funds.fund_detail, name="fund-detail"),
    path("funds/<int:pk>/pots/new/", funds.pot_new, name="pot-new"),
    path("funds/<int:pk>/pots/<int:pot>/contribute/", funds.pot_contribute, name="pot-contribute"),
    path("funds/<int:pk>/pots/<int:pot>/withdraw/", correcting.pot_withdraw, name="pot-withdraw"),
    path("funds/<int:pk>/moves/<int:move>/wrong/", correcting.fund_move_wrong, name="fund-move-wrong"),
    path("books/", books.books, name="books"),
    path("books/open/", books.period_open, name="period-open"),
    path("books/<int:pk>/agree/", books.period_agree_to_open, name="period-agree"),
    path("books/<int:pk>/cancel/", books.period_cancel, name="period-cancel"),
    path("books/<int:pk>/close/", books.period_close, name="period-close"),
    path("books/<int:pk>/leave-open/", books.period_leave_open, name="period-leave-open"),
    path("books/<int:pk>/agree-to-close/", books.period_agree_to_close, name="period-agree-to-close"),
    path("books/differences/<int:pk>/", books.difference, name="difference"),
    path("corrections/<int:pk>/", correcting.correction, name="correction"),
    path("corrections/<int:pk>/agree/", correcting.correction_agree, name="correction-agree"),
    path("corrections/<int:pk>/refuse/", correcting.correction_refuse, name="correction-refuse"),
    path("corrections/<int:pk>/take-back/", correcting.correction_take_back, name="correction-take-back"),
    path("requests/", staff.request_list, name="request-list"),
    path("requests/<int:pk>/", staff.request_detail, name="request-detail"),
    path("requests/<int:pk>/approve/", staff.request_approve, name="request-approve"),
    path("requests/<int:pk>/refuse/", staff.request_refuse, name="request-refuse"),
    path("commitments/<int:pk>/referral/", paying.commitment_refer, name="buy-through"),
    path("commitments/<int:pk>/pay/", paying.commitment_pay, name="pay"),
    path("commitments/<int:pk>/release/", paying.commitment_release, name="commitment-release"),
    path("requests/<int:pk>/refund/", correcting.request_refund, name="request-refund"),
    path("requests/<int:pk>/write-off/", correcting.request_write_off, name="request-write-off"),
    path("requests/<int:pk>/moves/<int:move>/wrong/", correcting.request_move_wrong, name="request-move-wrong"),
    path("people/<uuid:ref>/money/", staff.person_money, name="person-money"),
    path("people/<uuid:ref>/money/open/<int:enrolment>/", staff.budget_open, name="budget-open"),
    path("people/<uuid:ref>/money/ask/", staff.request_begin, name="request-begin"),
    path("people/<uuid:ref>/money/<int:budget>/ask/", staff.request_new, name="request-new"),
    path("people/<uuid:ref>/money/<int:budget>/return/", correcting.budget_return, name="budget-return"),
    path("me/money/", portal.my_money, name="my-money"),
    path("me/money/<int:pk>/seen/", portal.sum_seen, name="sum-seen"),
    path("me/money/every-penny/", portal.my_pennies, name="my-pennies"),
    path("me/money/<int:budget>/ask/", portal.ask_first, name="ask-first"),
    path("me/requests/<int:pk>/write/", portal.ask_write, name="ask"),
    path("me/requests/<int:pk>/", portal.my_request, name="my-request"),
    path("me/requests/<int:pk>/take-back/", portal.take_back, name="take-back"),
]
