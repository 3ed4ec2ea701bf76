package org.cumae.cli;

import tools.jackson.databind.json.JsonMapper;

/// JSON of answers. A class of its own, so that a command which answers in words starts without it.
final class Json {
    static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}
}
