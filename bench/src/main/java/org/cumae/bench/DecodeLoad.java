package org.cumae.bench;

import org.cumae.Check;

import java.nio.file.Path;
import java.util.stream.IntStream;

/// What is decoded, here and in the peers: requests that start together, each with a prompt of its
/// own, greedily, end of text ignored.
///
/// @param model a GGUF file or a Hugging Face directory
/// @param vocabulary its ids are `[0, vocabulary)`
/// @param threads native threads
/// @param requests how many at once
/// @param tokens how many new tokens each makes
record DecodeLoad(Path model, int vocabulary, int threads, int requests, int tokens) {
    static final int PROMPT_TOKENS = 8;

    DecodeLoad {
        Check.argument(threads > 0, "threads is %d; it must be 1 or more", threads);
    }

    /// The prompt of a request.
    int[] prompt(int request) {
        return IntStream.range(0, PROMPT_TOKENS)
                .map(i -> (259 + 97 * request + 31 * i) % vocabulary)
                .toArray();
    }

    /// How many tokens a request needs room for.
    int contextTokens() {
        return PROMPT_TOKENS + tokens;
    }

    String requestsInWords() {
        return requests == 1 ? "1 request" : requests + " requests at once";
    }
}
