package org.cumae.serve;

/// What answers one method on one path.
@FunctionalInterface
interface Route {
    /// Answers, or refuses with an [ApiError].
    void handle(Exchange exchange);
}
