package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// Something a template can call.
@FunctionalInterface
interface Function {
    @Nullable Object call(List<@Nullable Object> values, Map<String, @Nullable Object> named);
}
