package org.cumae.decode;

/// Where a decoder's steps go while it writes. Called on the decoder's thread.
@FunctionalInterface
public interface Sink {
    /// Nobody looks.
    Sink NONE = _ -> true;

    /// One step more.
    ///
    /// @return whether to go on; `false` cancels the request
    boolean accept(Step step);
}
