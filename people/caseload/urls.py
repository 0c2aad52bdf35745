"""Addresses of this room: lists of people, and moving a caseload on."""

from django.urls import path

from people.caseload.views import filters, outbox, people, reallocation, unallocated

urlpatterns = [
    path("people/", people.participant_list, name="participant-list"),
    path("people/find/", people.people_find, name="people-find"),
    path("people/nobodys/", unallocated.unallocated_list, name="unallocated"),
    path("people/export.csv", people.participant_export, name="participant-export"),
    path("people/lists/save/", filters.filter_save, name="filter-save"),
    path("people/lists/<int:pk>/remove/", filters.filter_remove, name="filter-remove"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/retry/", outbox.outbox_retry, name="outbox-retry"),
    path("messages/<int:pk>/told/", outbox.message_told, name="message-told"),
    path("caseloads/<int:pk>/hand-over/", reallocation.caseload_transfer, name="caseload-transfer"),
    path("hand-overs/<int:pk>/agree/", reallocation.transfer_agree, name="transfer-agree"),
    path("hand-overs/<int:pk>/cancel/", reallocation.transfer_cancel, name="transfer-cancel"),
]
