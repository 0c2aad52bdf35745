"""A link that dies after use or seven days, and tells nobody anything."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from people import services
from people.administration import accounts, invitations
from people.models import Invitation, Membership, Message, RoleRequest, User
from tests.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PASSWORD = {"password1": "four words to keep", "password2": "four words to keep"}
NEW = "nell@test.example"


def invite(by, email=NEW, role="PRACTITIONER", team=None, now=NOW) -> Invitation:
    return invitations.invite(email=email, name="Nell New", role=role, team=team, by=by, now=now)


def link() -> str:
    return re.search(r"http\S+(/invited/[\w-]+/)", Message.objects.latest("pk").body)[1]


@pytest.fixture
def sent(administrator, team) -> str:
    invite(administrator, team=team)
    return link()


def test_an_invitation_goes_by_e_mail_and_leads_to_an_account_with_its_role(
    administrator, manager, team, client_as, client
):
    client_as(administrator).post(
        reverse("people:invitation-new"),
        {"name": "Nell New", "email": "Nell@test.example", "role": "PRACTITIONER", "team": team.pk},
    )
    assert not Message.objects.filter(address=NEW).exists()  # a second person has to agree first
    client_as(manager).post(reverse("people:role-request", args=[RoleRequest.objects.get().pk]), {"answer": "YES"})
    path = link()

    page = client.get(path).content.decode()
    done = client.post(path, PASSWORD)

    account = User.objects.get(email=NEW)
    assert "Ada Administrator" in page
    assert (done.status_code, done["Location"]) == (302, "/accounts/login/")
    assert account.check_password("four words to keep")
    assert [(m.role, m.team, m.starts_on) for m in Membership.objects.filter(user=account)] == [
        ("PRACTITIONER", team, TODAY)
    ]


def test_after_it_one_is_not_signed_in_but_signs_in_by_password(sent, client):
    client.post(sent, PASSWORD)

    assert "_auth_user_id" not in client.session
    client.post("/accounts/login/", {"login": NEW, "password": "four words to keep"})
    assert int(client.session["_auth_user_id"]) == User.objects.get(email=NEW).pk


def test_whoever_was_signed_in_at_that_screen_is_signed_out(sent, officer, client_as):
    client = client_as(officer)

    client.post(sent, PASSWORD)

    assert "_auth_user_id" not in client.session


def test_the_row_keeps_no_token_that_could_be_used(sent):
    token = sent.split("/")[2]
    row = Invitation.objects.get()

    assert token not in {str(getattr(row, field.attname)) for field in Invitation._meta.concrete_fields}
    assert len(token) >= 43


def test_a_used_an_old_a_withdrawn_a_replaced_and_a_wrong_link_all_get_one_and_the_same_plain_page(administrator, team):
    def used():
        Client().post(link(), PASSWORD)
        return NOW

    def old():
        return NOW + timedelta(days=7)

    def withdrawn():
        invitations.withdraw_invitation(invitation=Invitation.objects.latest("pk"), by=administrator, now=NOW)
        return NOW

    pages = set()
    for n, act in enumerate([used, old, withdrawn]):
        invite(administrator, team=team, email=f"new{n}@test.example")
        path = link()
        with time_machine.travel(act(), tick=False):
            pages.add(shown(path))
            pages.add(shown(path, **PASSWORD))
    replaced = invite(administrator, team=team, email="replaced@test.example")
    path = link()
    invitations.send_again(invitation=replaced, by=administrator, now=NOW)
    pages |= {shown(path), shown("/invited/not-a-token-at-all/"), shown("/invited/%ED%A0%80/")}

    assert len(pages) == 1
    assert "ask the person who invited you to send a new link" in next(iter(pages))
    assert User.objects.filter(name="Nell New").count() == 1


def shown(path: str, **sent: str) -> str:
    answer = Client().post(path, sent) if sent else Client().get(path)
    assert answer.status_code == 404
    return re.sub(r'nonce="[^"]+"', "", answer.content.decode())


def test_the_last_second_of_seven_days_is_in_time(sent):
    with time_machine.travel(NOW + timedelta(days=7) - timedelta(seconds=1), tick=False):
        assert Client().post(sent, PASSWORD).status_code == 302


def test_a_weak_or_differing_password_is_refused_and_the_link_still_works(sent, client):
    said = {
        words: client.post(sent, {"password1": first, "password2": again}).content.decode()
        for words, first, again in [
            ("at least 12", "short", "short"),
            ("too common", "qwerty123456", "qwerty123456"),
            ("too similar", "nell@test.example", "nell@test.example"),
            ("not the same", "four words to keep", "four words to lose"),
        ]
    }

    assert [words for words, page in said.items() if words not in page] == []
    assert client.post(sent, PASSWORD).status_code == 302


def test_an_address_in_use_gets_no_second_account_and_its_link_says_nothing(sent, client):
    User.objects.create_user(email=NEW, name="Someone Else")

    assert "Someone Else" not in shown(sent, **PASSWORD)
    assert User.objects.filter(email=NEW).count() == 1


def test_who_has_an_account_is_not_invited_and_a_participant_is_told_of_in_the_same_words(
    administrator, officer, participant
):
    User.objects.filter(pk=participant.user_id).update(email="jordan@test.example")

    said = set()
    for address in (officer.email, "Jordan@test.example"):
        with pytest.raises(services.AddressTaken) as refusal:
            invite(administrator, email=address, role="VOLUNTEER")
        said.add(str(refusal.value))
    assert len(said) == 1


def test_a_second_invitation_to_one_address_is_refused_with_what_to_do(administrator, team, sent, client_as):
    answer = client_as(administrator).post(
        reverse("people:invitation-new"), {"name": "Nell", "email": NEW, "role": "PRACTITIONER", "team": team.pk}
    )

    assert "Send that one again" in answer.content.decode()
    assert Invitation.objects.count() == 1


def test_sent_again_there_is_a_new_link_and_the_mail_not_yet_gone_stays_behind(administrator, sent, client_as):
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        client_as(administrator).post(reverse("people:invitation-resend", args=[Invitation.objects.get().pk]))

        assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["WITHDRAWN", "WAITING"]
        assert Client().post(link(), PASSWORD).status_code == 302


def test_a_withdrawn_invitations_mail_is_not_sent(administrator, sent, client_as):
    client_as(administrator).post(reverse("people:invitation-withdraw", args=[Invitation.objects.get().pk]))

    assert Message.objects.get().state == "WITHDRAWN"
    assert Invitation.objects.get().withdrawn_by == administrator


def test_what_was_taken_up_is_neither_sent_again_nor_withdrawn(administrator, sent):
    Client().post(sent, PASSWORD)
    taken = Invitation.objects.get()

    for act in (invitations.send_again, invitations.withdraw_invitation):
        with pytest.raises(invitations.CannotInvite):
            act(invitation=taken, by=administrator, now=NOW)


def test_the_invitation_of_a_suspended_administrator_opens_nothing(administrator, make_user, sent):
    accounts.suspend(account=administrator, reason="Left", by=make_user("Ann Other", "ADMINISTRATOR"), now=NOW)

    shown(sent, **PASSWORD)
    assert not User.objects.filter(email=NEW).exists()


def test_nobody_is_invited_to_be_a_participant(administrator):
    with pytest.raises(invitations.CannotInvite):
        invite(administrator, role="PARTICIPANT")


def test_the_mail_does_not_go_after_the_link_is_dead(administrator, team):
    invitation = invite(administrator, team=team)

    assert Message.objects.get().not_after == invitation.expires_at == NOW + timedelta(days=7)


def test_the_account_page_says_who_invited(administrator, sent, client_as):
    Client().post(sent, PASSWORD)

    page = client_as(administrator).get(reverse("people:account-detail", args=[User.objects.get(email=NEW).pk]))

    assert "Invited by Ada Administrator as practitioner" in page.content.decode()


def test_the_words_of_an_invitation_are_not_shown_in_the_outbox(sent, administrator, client_as, settings):
    settings.DEMO = False

    page = client_as(administrator).get("/outbox/").content.decode()

    assert sent not in page
    assert NEW not in page


@pytest.mark.django_db(transaction=True)
def test_a_link_opened_twice_at_once_makes_one_account(sent):
    found, barrier = [], threading.Barrier(2)

    def press() -> None:
        barrier.wait()
        try:
            found.append(Client().post(sent, PASSWORD).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [302, 404]
    assert User.objects.filter(email=NEW).count() == 1
