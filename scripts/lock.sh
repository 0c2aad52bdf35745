#!/bin/sh
# One resolution, three files: everything; its subset for the image; Node alone, for machines without it.
set -eu
cd "$(dirname "$0")/.."
plain="--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11"
# shellcheck disable=SC2086
{
  uv pip compile -q pyproject.toml --group embedded --group dev $plain -o requirements.lock
  uv pip compile -q pyproject.toml -c requirements.lock $plain -o requirements-runtime.lock
  uv pip compile -q --group node $plain -o requirements-node.lock
}
