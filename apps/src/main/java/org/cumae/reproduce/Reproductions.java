package org.cumae.reproduce;

import org.cumae.Check;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// The claims that can be tried, by the number of their method.
public final class Reproductions {
    private final Methods methods = Methods.all48();
    private final Map<Integer, Reproduction> byMethod = new TreeMap<>();

    /// A choice of them.
    ///
    /// @throws IllegalStateException if two are of one method
    public Reproductions(List<Reproduction> all) {
        for (Reproduction each : all) {
            Method method = methods.find(each.method());
            Reproduction other = byMethod.put(each.method(), each);
            Check.state(
                    other == null,
                    "method %s has two reproductions, %s and %s; keep one",
                    method.title(),
                    String.valueOf(other),
                    each);
        }
    }

    /// All that are on the class path.
    public static Reproductions installed() {
        return new Reproductions(
                StreamSupport.stream(ServiceLoader.load(Reproduction.class).spliterator(), false)
                        .toList());
    }

    /// Whether a method's claim can be tried.
    public boolean has(int method) {
        return byMethod.containsKey(method);
    }

    /// The reproduction of a method.
    ///
    /// @throws IllegalArgumentException if there is no such method, or nothing to try of it yet,
    ///   naming those that can be tried
    public Reproduction find(int number) {
        Method method = methods.find(number);
        Check.argument(
                has(number),
                "there is nothing to reproduce of method %s yet; what can be reproduced: %s",
                method.title(),
                names());
        return Objects.requireNonNull(byMethod.get(number));
    }

    private String names() {
        return byMethod.isEmpty()
                ? "none"
                : byMethod.keySet().stream()
                        .map(number -> methods.find(number).title())
                        .collect(Collectors.joining("; "));
    }
}
