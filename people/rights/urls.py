"""Addresses of this room: the audit, requests for data and legal holds."""

from django.urls import path

from people.rights.views import audit, data, exports

urlpatterns = [
    path("audit/", audit.audit, name="audit"),
    path("audit/export.csv", audit.audit_export, name="audit-export"),
    path("audit/unusual/", audit.unusual_use, name="audit-unusual"),
    path("data/", data.data_requests, name="data-requests"),
    path("data/new/", data.data_request_new, name="data-request-new"),
    path("data/<int:pk>/", data.data_request, name="data-request"),
    path("data/<int:pk>/make/", data.data_request_make, name="data-request-make"),
    path("data/<int:pk>/bundle.zip", data.data_request_bundle, name="data-request-bundle"),
    path("data/<int:pk>/documents/<int:document>/", data.data_request_document, name="data-request-document"),
    path("data/exports/new/", exports.export_ask, name="export-ask"),
    path("data/exports/<int:pk>/", exports.export_request, name="export-request"),
    path("data/holds/", data.holds, name="holds"),
    path("data/holds/<int:pk>/lift/", data.hold_lift, name="hold-lift"),
]
