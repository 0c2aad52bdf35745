"""Addresses of this room: first sign-in, codes and lock-outs."""

from django.urls import path

from people.sign_in.views import changes, code_letters, entry, locked

PERSON = "people/<uuid:ref>/"
urlpatterns = [
    path(f"{PERSON}details/paper-code/", code_letters.code_letter, name="code-letter"),
    path(f"{PERSON}details/paper-code/once/", code_letters.code_letter_shown, name="code-letter-shown"),
    path(f"{PERSON}details/sign-in/<int:pk>/", changes.sign_in_change, name="sign-in-change"),
    path("was-this-you/<str:token>/", changes.was_this_you, name="was-this-you"),
    path("me/sign-in/<int:pk>/", changes.own_sign_in_change, name="own-sign-in-change"),
    path("start/", entry.first_time, name="first-time"),  # short, since it is typed from paper
    path("locked/", locked.locked, name="locked"),
    path("locked/<int:pk>/unlock/", locked.unlock_account, name="unlock"),
    path("me/codes/", entry.my_contact_point, name="my-contact-point"),
    path("me/codes/confirm/", entry.my_contact_point_code, name="my-contact-point-code"),
]
