package org.cumae.bench;

import org.cumae.Check;
import org.cumae.decode.named.Named;

import java.util.ArrayList;
import java.util.List;

/// A way of writing: a model, and how it writes. Several decoders on one model make a mixture.
///
/// @param words what tables call it
/// @param model a name or a path
/// @param parts how many requests of which decoder run side by side
public record DecoderArm(String words, String model, List<Part> parts) {
    /// Requests of one kind.
    ///
    /// @param count how many
    /// @param decoder how they write
    public record Part(int count, Named decoder) {}

    /// Copies the list.
    public DecoderArm {
        parts = List.copyOf(parts);
    }

    /// Reads `MODEL`, `MODEL=DECODER`, or a mixture such as `MODEL=8*sequential +
    /// 4*speculative:suffix + 4*block-diffusion`.
    ///
    /// @param ways how many requests run side by side where there is one decoder
    /// @throws IllegalArgumentException if a decoder or a setting is unknown, with what is known
    public static DecoderArm parse(String words, int ways) {
        String[] halves = words.split("=", 2);
        String decoders = halves.length == 1 ? "sequential" : halves[1];
        List<Part> parts = new ArrayList<>();
        String[] split = decoders.split("\\+", -1);
        for (String part : split) {
            String[] counted = part.strip().split("\\*", 2);
            boolean hasCount = counted.length == 2;
            Check.argument(
                    hasCount || split.length == 1,
                    "'%s' in '%s' does not say how many; write 4*%s",
                    part.strip(),
                    words,
                    part.strip());
            int count = hasCount ? count(counted[0].strip(), words) : ways;
            parts.add(new Part(count, Named.parse(counted[counted.length - 1])));
        }
        return new DecoderArm(words.strip(), halves[0].strip(), parts);
    }

    private static int count(String number, String words) {
        Check.argument(
                number.matches("[1-9][0-9]{0,3}"),
                "'%s' in '%s' is no number of requests from 1 to 9999",
                number,
                words);
        return Integer.parseInt(number);
    }

    /// Whether requests of several kinds run side by side.
    boolean isMixed() {
        return parts.size() > 1;
    }
}
