package org.cumae.decode.named;

import org.cumae.Check;
import org.cumae.decode.Decoder;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The decoders that users can name, and what can be set on each.
///
/// A name is followed by settings: `beam`, `beam:4`, `beam:width=4,length_penalty=0.8`. Settings
/// without a name are taken in the order in which the offer lists them.
public final class Decoders {
    private static final List<Offer> OFFERS =
            List.of(
                    Offer.SEQUENTIAL,
                    Offer.BEAM,
                    SpeculativeSettings.OFFER,
                    InfillSettings.OFFER,
                    BlockSettings.OFFER);

    private Decoders() {}

    /// All of them, as help texts and menus should list them.
    public static List<Offer> offers() {
        return OFFERS;
    }

    /// The decoder that a user means, where there is no model to draft with.
    ///
    /// @param words a name and its settings
    /// @throws IllegalArgumentException if the name or a setting is unknown, listing the known
    ///   ones, or a value is out of range
    public static Decoder parse(String words) {
        Named named = Named.parse(words);
        return named(named.name(), named.settings(), Drafts.alone());
    }

    /// The decoder of a name under settings.
    ///
    /// @param name what users call it
    /// @param settings values by name; what is missing has its standard value
    /// @param drafts what speculative decoders of the target share
    /// @throws IllegalArgumentException as [#parse]
    public static Decoder named(String name, Map<String, String> settings, Drafts drafts) {
        Offer offer = offer(name);
        settings.keySet().forEach(setting -> requireKnown(offer, setting));
        offer.settings().forEach(setting -> setting.word(settings)); // also those of no use here
        return offer.decoder(settings, drafts);
    }

    /// The offer of a name.
    ///
    /// @throws IllegalArgumentException if there is none, listing the names
    static Offer offer(String name) {
        return OFFERS.stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "there is no decoder '%s'; there are %s"
                        .formatted(
                                name,
                                OFFERS.stream()
                                        .map(Offer::name)
                                        .collect(Collectors.joining(", "))));
    }

    static void requireKnown(Offer offer, String setting) {
        List<String> names = offer.settings().stream().map(Setting::name).toList();
        Check.argument(
                names.contains(setting),
                "decoder %s has no setting '%s'; it has %s",
                offer.name(),
                setting,
                names.isEmpty() ? "none" : String.join(", ", names));
    }
}
