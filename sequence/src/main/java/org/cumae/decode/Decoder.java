package org.cumae.decode;

import org.cumae.model.Capability;
import org.cumae.model.CapabilityException;
import org.cumae.model.Context;

import java.util.Set;

/// A way of writing: which values are proposed, in which order, and how they are committed.
///
/// A decoder is an immutable value, good for any number of requests at once. The work of one
/// request is plain code on one thread, virtual as a rule, that parks while it asks.
public interface Decoder {
    /// What users call it.
    String name();

    /// What the model must offer.
    Set<Capability> needs();

    /// Whether it heeds a request's suffix.
    default boolean infills() {
        return false;
    }

    /// Continues a prompt.
    ///
    /// The prompt must hold at least one token, since a model says what follows something and of
    /// nothing it says nothing: a text without a beginning starts with the model's begin token. The
    /// rows that the context holds already count as known, as the prompt does, but penalties do not
    /// look at them. What the decoder feeds stays in the context.
    ///
    /// An interrupt of the calling thread, the closing of the engine, or a `false` of the sink ends
    /// the writing; what was written until then is returned.
    ///
    /// @param context where the rows are fed
    /// @param request what to continue, how, and how far
    /// @param sink is told each token as soon as it is certain, and what shows before
    /// @return what was written
    /// @throws CapabilityException if the model lacks what the decoder needs
    /// @throws IllegalArgumentException if the request does not fit the model, naming what and the
    ///   limit
    Generation decode(Context context, Request request, Sink sink);
}
