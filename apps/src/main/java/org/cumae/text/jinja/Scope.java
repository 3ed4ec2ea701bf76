package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// What names are bound to; an inner scope sees the outer one and does not change it.
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, @Nullable Object> bound = new HashMap<>();

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    void bind(String name, @Nullable Object value) {
        bound.put(name, value);
    }

    @Nullable Object find(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.bound.containsKey(name)) {
                return scope.bound.get(name);
            }
        }
        return new Undefined(name);
    }
}
