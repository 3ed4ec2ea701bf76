package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/// What `namespace()` gives: values that a loop's body can set and the rest of the template can
/// see.
record Namespace(Map<String, @Nullable Object> values) {
    static Namespace of(Map<String, @Nullable Object> values) {
        return new Namespace(new LinkedHashMap<>(values));
    }
}
