package org.cumae.decode.named;

import org.cumae.decode.Beam;
import org.cumae.decode.Decoder;
import org.cumae.decode.Sequential;
import org.cumae.model.Capability;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/// A decoder as users can name and set it.
public final class Offer {
    static final Offer SEQUENTIAL =
            new Offer(
                    "sequential",
                    "one token after the other, left to right",
                    List.of(),
                    (_, _) -> new Sequential());

    private static final Setting WIDTH =
            new Setting("width", "how many beginnings are followed", "4");
    private static final Setting LENGTH_PENALTY =
            new Setting(
                    "length_penalty",
                    "power of the length that scores are divided by; above 0 favours long lines",
                    "1.0");
    private static final Setting PATIENCE =
            new Setting(
                    "patience",
                    "when to stop once width lines are finished: none, usual or exact",
                    "usual",
                    List.of("none", "usual", "exact"));

    static final Offer BEAM =
            new Offer(
                    "beam",
                    "follows the best few beginnings and returns the best whole lines",
                    List.of(WIDTH, LENGTH_PENALTY, PATIENCE),
                    (given, _) ->
                            new Beam(
                                    WIDTH.integer(given),
                                    LENGTH_PENALTY.number(given),
                                    Beam.Patience.valueOf(
                                            PATIENCE.word(given).toUpperCase(Locale.ROOT))));

    private final String name;
    private final String summary;
    private final List<Setting> settings;
    private final BiFunction<Map<String, String>, Drafts, Decoder> make;

    Offer(
            String name,
            String summary,
            List<Setting> settings,
            BiFunction<Map<String, String>, Drafts, Decoder> make) {
        this.name = name;
        this.summary = summary;
        this.settings = settings;
        this.make = make;
    }

    /// How users write it.
    public String name() {
        return name;
    }

    /// What it does, in a line.
    public String summary() {
        return summary;
    }

    /// What can be set, in the order in which nameless settings are taken.
    public List<Setting> settings() {
        return settings;
    }

    /// What a model must offer for it.
    public Set<Capability> needs() {
        return decoder(Map.of(), Drafts.alone()).needs();
    }

    /// The decoder under settings.
    ///
    /// @param given values by the settings' names; what is missing has its standard value
    /// @param drafts what speculative decoders of the target share
    Decoder decoder(Map<String, String> given, Drafts drafts) {
        return make.apply(given, drafts);
    }
}
