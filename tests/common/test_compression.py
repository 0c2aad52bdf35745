"""Text goes compressed to who can read it so; small answers and files that are compressed already go as they are."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.urls import reverse

from common.middleware import CompressionMiddleware

BROWSER = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd"}
LONG = b"What was said at the last meeting. " * 100
TEXT_KINDS = [
    "text/html; charset=utf-8", "text/csv; charset=utf-8", "text/calendar", "application/json",
    "application/problem+json", "application/vnd.oai.openapi; charset=utf-8", "image/svg+xml",
]  # fmt: skip
FILE_KINDS = ["application/pdf", "application/zip", "image/png", "image/jpeg", "application/octet-stream", "font/woff2"]


def answered(response: HttpResponse, **asked: str) -> HttpResponse:
    """The response as it leaves, to someone who asked for it so."""

    def view(request: HttpRequest) -> HttpResponse:
        return response

    return CompressionMiddleware(view)(RequestFactory().get("/", **asked))


@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_text_is_compressed_for_a_browser(kind):
    response = answered(HttpResponse(LONG, content_type=kind), **BROWSER)

    assert response["Content-Encoding"] == "gzip"
    assert response["Vary"] == "Accept-Encoding"
    assert response["Content-Length"] == str(len(response.content))
    assert gzip.decompress(response.content) == LONG
    assert len(response.content) < len(LONG) / 5


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_a_file_that_is_compressed_already_goes_as_it_is(kind):
    response = answered(HttpResponse(LONG, content_type=kind), **BROWSER)

    assert response.content == LONG
    assert not response.has_header("Content-Encoding")
    assert not response.has_header("Vary")


def test_a_small_answer_goes_as_it_is():
    response = answered(HttpResponse("Sent."), **BROWSER)

    assert response.content == b"Sent."
    assert not response.has_header("Content-Encoding")


def test_who_cannot_read_it_compressed_gets_it_plain_and_caches_know():
    response = answered(HttpResponse(LONG))

    assert response.content == LONG
    assert response["Vary"] == "Accept-Encoding"


def test_what_says_how_it_is_encoded_is_not_encoded_again():
    response = answered(HttpResponse(gzip.compress(LONG), headers={"Content-Encoding": "gzip"}), **BROWSER)

    assert gzip.decompress(response.content) == LONG


def test_an_answer_that_comes_in_pieces_is_compressed_as_it_comes():
    response = answered(StreamingHttpResponse(iter([LONG, LONG]), content_type="text/csv"), **BROWSER)

    assert response.streaming
    assert gzip.decompress(b"".join(response.streaming_content)) == LONG * 2


def test_the_length_of_an_answer_betrays_no_secret_in_it():
    """The same page twice has two lengths, by chance."""
    lengths = {len(answered(HttpResponse(LONG), **BROWSER).content) for _ in range(30)}

    assert len(lengths) > 5


@pytest.mark.django_db
def test_a_portal_page_is_compressed_and_still_varies_by_cookie(participant, client_as):
    client = client_as(participant.user)
    address = client.get(reverse("home"))["Location"]
    plain = client.get(address)

    response = client.get(address, **BROWSER)

    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    assert {part.strip() for part in response["Vary"].split(",")} >= {"Accept-Encoding", "Cookie"}
    assert len(response.content) < len(plain.content) / 2
    assert gzip.decompress(response.content).rstrip().endswith(b"</html>")


@pytest.mark.django_db
def test_a_page_that_says_no_is_compressed_too(client):
    response = client.get("/there/is/no/such/page", **BROWSER)

    assert (response.status_code, response["Content-Encoding"]) == (404, "gzip")
