package org.cumae.decode.speculative;

/// What a draft of some length is expected to gain.
///
/// @param tokens written for each pass of the target: 1 without a draft
/// @param passes the time of such a pass over that of a pass of one row
/// @param drafting the time of drafting over the same
public record Forecast(double tokens, double passes, double drafting) {
    /// A chain whose tokens are each accepted with the same probability.
    ///
    /// @param acceptance of each token, given those before it
    /// @param length of the chain
    /// @param times of the target's passes
    /// @param draftSeconds to draft one token
    public static Forecast ofChain(
            double acceptance, int length, PassTimes times, double draftSeconds) {
        double tokens = 0;
        double reached = 1;
        for (int i = 0; i <= length; i++) {
            tokens += reached;
            reached *= acceptance;
        }
        double one = times.of(1);
        return new Forecast(tokens, times.of(1 + length) / one, length * draftSeconds / one);
    }

    /// How many times as fast as plain decoding.
    public double speedup() {
        return tokens / (passes + drafting);
    }

    /// In words, what keeps the gain small: the largest of what is lost.
    public String limit() {
        if (drafting > passes - 1 && drafting > 0.1) {
            return "drafting takes %.2f of a pass".formatted(drafting);
        }
        return passes > tokens
                ? "a pass with the draft takes %.2f of one without".formatted(passes)
                : "%.2f tokens are written a pass".formatted(tokens);
    }
}
