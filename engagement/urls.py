"""Addresses of keeping in touch."""

from django.urls import path

from engagement.views import alerts, circle, contacts, meetings, notes, person, portal

app_name = "engagement"

meeting_urls = [
    path("meetings/", meetings.diary, name="diary"),
    path("meetings/<int:pk>/outcome/", meetings.appointment_outcome, name="appointment-outcome"),
    path("meetings/<int:pk>/off/", meetings.appointment_off, name="appointment-off"),
    path("meetings/<int:pk>/told/", meetings.appointment_told, name="appointment-told"),
    path("meetings/<int:pk>/enforced/", meetings.appointment_enforced, name="appointment-enforced"),
    path("meetings/<int:pk>/move/", meetings.appointment_move, name="appointment-move"),
]
person_urls = [
    path("people/<uuid:ref>/meetings/", person.meetings, name="meetings"),
    path("people/<uuid:ref>/meetings/new/", meetings.appointment_new, name="appointment-new"),
    path("people/<uuid:ref>/contacts/new/", person.contact_new, name="contact-new"),
    path("contacts/<int:pk>/correct/", contacts.contact_correct, name="contact-correct"),
    path("contacts/<int:pk>/strike/", contacts.contact_strike, name="contact-strike"),
    path("people/<uuid:ref>/calls/", person.call_log, name="call-log"),
    path("people/<uuid:ref>/messages/new/", person.message_new, name="message-new"),
    path("people/<uuid:ref>/absences/new/", person.absence_new, name="absence-new"),
    path("people/<uuid:ref>/contact-plan/", person.contact_plan, name="contact-plan"),
]
note_urls = [path("notes/", notes.note_search, name="note-search")]
alert_urls = [
    path("alerts/", alerts.alert_list, name="alert-list"),
    path("alerts/<int:pk>/", alerts.alert_detail, name="alert-detail"),
    path("alerts/<int:pk>/again/", alerts.alert_try_again, name="alert-again"),
]
circle_urls = [
    path("circle/", circle.circle_list, name="circle-list"),
    path("circle/<uuid:ref>/", circle.circle_person, name="circle-person"),
    path("circle/<uuid:ref>/meetings/new/", circle.meeting_log, name="meeting-log"),
]
portal_urls = [
    path("me/meetings/", portal.my_meetings, name="my-meetings"),
    path("me/meetings/<int:pk>/cannot-come/", portal.my_cannot_come, name="my-cannot-come"),
]
urlpatterns = [*meeting_urls, *person_urls, *note_urls, *alert_urls, *circle_urls, *portal_urls]
