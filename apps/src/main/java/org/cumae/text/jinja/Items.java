package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What `of[key]`, `of.key` and `of[from:to:step]` mean.
final class Items {
    private final Methods methods;

    Items(Methods methods) {
        this.methods = methods;
    }

    @Nullable Object get(@Nullable Object of, @Nullable Object key) {
        if (of instanceof Undefined missing) {
            throw missing.refusal();
        }
        if (of instanceof Map<?, ?> map && key instanceof String && map.containsKey(key)) {
            return map.get(key);
        }
        if (of instanceof Namespace(var values)
                && key instanceof String name
                && values.containsKey(name)) {
            return values.get(name);
        }
        if (key instanceof Long index && (of instanceof List<?> || of instanceof String)) {
            return at(of, index);
        }
        if (key instanceof String name) {
            return methods.find(of, name)
                    .map(Object.class::cast)
                    .orElseGet(() -> new Undefined(name));
        }
        return new Undefined(Values.text(key));
    }

    private static @Nullable Object at(Object of, long index) {
        List<@Nullable Object> list = Values.items(of);
        long place = index < 0 ? index + list.size() : index;
        return place >= 0 && place < list.size()
                ? list.get((int) place)
                : new Undefined("item " + index);
    }

    @Nullable Object slice(
            @Nullable Object of,
            @Nullable Object from,
            @Nullable Object to,
            @Nullable Object step) {
        if (of instanceof Undefined missing) {
            throw missing.refusal();
        }
        List<@Nullable Object> list = Values.items(of);
        long stride = step == null ? 1 : Values.whole(step);
        if (stride == 0) {
            throw new TemplateException("the step of a slice is 0");
        }
        int size = list.size();
        long first = bound(from, stride > 0 ? 0 : size - 1, size, stride);
        long end = bound(to, stride > 0 ? size : -1, size, stride);
        List<@Nullable Object> out = new ArrayList<>();
        for (long i = first; stride > 0 ? i < end : i > end; i += stride) {
            out.add(list.get((int) i));
        }
        if (of instanceof String) {
            StringBuilder text = new StringBuilder();
            out.forEach(text::append);
            return text.toString();
        }
        return out;
    }

    private static long bound(@Nullable Object value, long standard, int size, long stride) {
        if (value == null) {
            return standard;
        }
        long index = Values.whole(value);
        long place = index < 0 ? index + size : index;
        long least = stride > 0 ? 0 : -1;
        long most = stride > 0 ? size : size - 1L;
        return Math.clamp(place, least, most);
    }
}
