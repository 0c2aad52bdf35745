"""Addresses of this room: first sign-in, codes and lock-outs."""

from django.urls import path

from people.sign_in.views import code_letters, entry, locked

PERSON = "people/<uuid:ref>/"
urlpatterns = [
    path(f"{PERSON}details/paper-code/", code_letters.paper_code, name="paper-code"),
    path(f"{PERSON}details/paper-code/once/", code_letters.paper_code_shown, name="paper-code-shown"),
    path("start/", entry.first_time, name="first-time"),  # short, since it is typed from paper
    path("locked/", locked.locked, name="locked"),
    path("locked/<int:pk>/unlock/", locked.unlock, name="unlock"),
    path("me/codes/", entry.my_reach, name="my-reach"),
    path("me/codes/confirm/", entry.my_reach_code, name="my-reach-code"),
]
