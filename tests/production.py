"""Settings as with real people, for processes that tests start."""

KEY = "u8Jq2mVxT0rP5sWyZ3bN6cLdK9fHgAeQ1iXoRtYvUw4jGzMk7p"
FIELD_KEY = "pL4kD8sQ0zX6cV2bN9mAjH5gF3tR7yEwU1iOoPqWxZsCvB"
AS_WITH_REAL_PEOPLE = {
    "DEMO": "false", "HTTPS": "true", "FIELD_KEYS": FIELD_KEY, "TRUSTED_PROXIES": "1",
    "ALLOWED_HOSTS": "goodlives.example", "BASE_URL": "https://goodlives.example",
}  # fmt: skip
