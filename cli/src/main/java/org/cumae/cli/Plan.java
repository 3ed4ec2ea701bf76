package org.cumae.cli;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.engine.EngineLimits;
import org.cumae.text.TextCard;
import org.cumae.text.TextModel;

/// What a served model takes, and how many contexts fit beside it.
///
/// @param maxLength tokens of a context
/// @param contextBytes what a context of that length may take
/// @param memoryBytes what all contexts may take together
/// @param rows of a pass
record Plan(
        String name,
        String family,
        long parameters,
        @JsonProperty("weight_bytes") long weightBytes,
        String dtype,
        String device,
        @JsonProperty("max_length") int maxLength,
        @JsonProperty("context_bytes") long contextBytes,
        @JsonProperty("memory_bytes") long memoryBytes,
        int rows) {
    /// @throws IllegalArgumentException if no context of the model's length fits
    static Plan of(String name, TextModel model, EngineLimits limits) {
        TextCard card = model.card();
        int length = card.card().maxLength();
        long each = model.contextBytes(length);
        Check.argument(
                each <= limits.maxBytes(),
                "a context of %,d tokens of model %s takes %s, and there are %s; raise"
                        + " --kv-cache-bytes, or set --max-model-len",
                length,
                name,
                bytes(each),
                bytes(limits.maxBytes()));
        return new Plan(
                name,
                card.family(),
                card.parameters(),
                card.weightBytes(),
                card.dtype(),
                card.device(),
                length,
                each,
                limits.maxBytes(),
                limits.maxRows());
    }

    @Override
    public String toString() {
        return ("%s: %s, %,d weights (%s) as %s on %s; contexts of %,d tokens take up to %s each,"
                        + " and %s hold %s; %d rows a pass")
                .formatted(
                        name,
                        family,
                        parameters,
                        bytes(weightBytes),
                        dtype,
                        device,
                        maxLength,
                        bytes(contextBytes),
                        bytes(memoryBytes),
                        contextBytes == 0
                                ? "any number"
                                : "%,d of them".formatted(memoryBytes / contextBytes),
                        rows);
    }

    /// Powers of 1024, as the flags that set them count.
    private static String bytes(long bytes) {
        return bytes >= 1L << 30
                ? "%.1f GiB".formatted(bytes / 0x1p30)
                : "%.1f MiB".formatted(bytes / 0x1p20);
    }
}
