"""Addresses of this room: files from elsewhere."""

from django.urls import path

from people.imports import views

urlpatterns = [
    path("import/", views.import_page, name="import"),
    path("import/template.csv", views.import_template, name="import-template"),
    path("import/<int:pk>/", views.import_preview, name="import-preview"),
    path("import/<int:pk>/undo/", views.import_undo, name="import-undo"),
    path("import/<int:pk>/problems.csv", views.import_problems, name="import-problems"),
]
