package org.cumae.net;

import org.cumae.Check;
import org.cumae.noise.Noise;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which feed-forward parts are left out of a decoding transformer, row by row. Attention runs in
/// every layer, so every row has its keys and values everywhere, and caches need no repair.
///
/// What is decided of a row depends on that row and its position alone: not on the rows beside it,
/// nor on whether it is read with a prompt, verified with a draft or fed by itself. So decoders
/// that verify stay exact with respect to the model that skips.
///
/// @param rule what is left out where it may be
/// @param first the first layer whose part may be left out
/// @param end one past the last such layer
/// @param whole how many positions from the beginning of a text leave nothing out
/// @see <a href="https://arxiv.org/abs/2404.03865">FFN-SkipLLM 2024</a>
public record Skipping(Rule rule, int first, int end, int whole) {
    private static final Pattern WRITTEN =
            Pattern.compile(
                    "(\\d{1,6})-(\\d{1,6}):(-?\\d{1,6}(?:\\.\\d{1,15})?)(?::(-?\\d{1,9}))?");
    private static final int WHOLE = 16; // unless it is said

    /// What is left out.
    public sealed interface Rule {}

    /// Once a part hardly turns a row any more, the next ones are left out for it.
    ///
    /// @param least the cosine of the row before the part and after it from which on it is hardly
    ///   turned; above 1 nothing is left out
    /// @param run how many parts are left out then
    public record Similar(double least, int run) implements Rule {
        /// Checks the numbers.
        public Similar {
            Check.argument(least >= -1, "the least cosine is %s; it must be -1 or more", least);
            Check.argument(run > 0, "a run is of %d parts; it must be 1 or more", run);
        }

        /// All up to the end of the layers that may be.
        public static Similar from(double least) {
            return new Similar(least, Integer.MAX_VALUE);
        }
    }

    /// The same layers for every row: the arm of experiments that looks at nothing.
    ///
    /// @param layers which
    public record Fixed(Set<Integer> layers) implements Rule {
        /// Copies the set.
        public Fixed {
            layers = Set.copyOf(layers);
        }
    }

    /// Whole layers for every row, attention as well: what leaving layers out does, which
    /// feed-forward parts alone are to be better than. Keys and values are still written, of the
    /// row as it came.
    ///
    /// @param layers which
    public record WholeLayers(Set<Integer> layers) implements Rule {
        /// Copies the set.
        public WholeLayers {
            layers = Set.copyOf(layers);
        }
    }

    /// Any, by chance that is keyed by position and layer: the arm that knows nothing.
    ///
    /// @param share of the parts that may be left out, in [0, 1]
    public record AnyPart(double share) implements Rule {
        /// Checks the share.
        public AnyPart {
            Check.argument(share >= 0 && share <= 1, "share is %s; it must lie in [0, 1]", share);
        }

        boolean leavesOut(int position, int layer) {
            return Noise.of(35, position).uniform(layer) < share;
        }
    }

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its limit
    public Skipping {
        Check.argument(
                first >= 0 && end >= first,
                "layers [%d, %d) may be skipped; the first must be 0 or more, and not after the end",
                first,
                end);
        Check.argument(whole >= 0, "whole is %d; it must be 0 or more positions", whole);
    }

    /// Reads `FIRST-END:COSINE[:WHOLE]`, such as `2-6:0.98:16`.
    ///
    /// @throws IllegalArgumentException if it is written otherwise
    public static Skipping parse(String words) {
        Matcher parts = WRITTEN.matcher(words);
        Check.argument(
                parts.matches(),
                "the skipped parts are '%s'; write them as FIRST-END:COSINE or FIRST-END:COSINE:WHOLE,"
                        + " such as 2-6:0.98:16",
                words);
        return new Skipping(
                Similar.from(Double.parseDouble(parts.group(3))),
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Optional.ofNullable(parts.group(4)).map(Integer::valueOf).orElse(WHOLE));
    }

    /// Refuses a model that has no such layers.
    void check(TransformerConfig config) {
        Check.argument(
                end <= config.layers(),
                "layers up to %d may be skipped and model %s has %d",
                end,
                config.name(),
                config.layers());
        Check.argument(
                !config.rolls() && config.innerWidth() > 0 && config.picture().isEmpty(),
                "model %s rolls, draws, or has layers without a feed-forward part; nothing can be skipped",
                config.name());
    }
}
