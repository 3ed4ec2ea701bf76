package org.cumae.decode;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The decoders that users can name, and what can be set on each.
///
/// A name is followed by settings: `beam`, `beam:4`, `beam:width=4,length_penalty=0.8`. Settings
/// without a name are taken in the order in which the offer lists them.
public final class Decoders {
    private static final List<Offer> OFFERS = List.of(Offer.SEQUENTIAL, Offer.BEAM);

    private Decoders() {}

    /// All of them, as help texts and menus should list them.
    public static List<Offer> offers() {
        return OFFERS;
    }

    /// The decoder that a user means.
    ///
    /// @param words a name and its settings
    /// @throws IllegalArgumentException if the name or a setting is unknown, listing the known
    ///   ones, or a value is out of range
    public static Decoder parse(String words) {
        String[] halves = words.strip().split(":", 2);
        String name = halves[0].strip();
        Offer offer =
                OFFERS.stream()
                        .filter(known -> known.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(name));
        return offer.decoder(settings(offer, halves.length == 1 ? "" : halves[1]));
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

    private static Map<String, String> settings(Offer offer, String words) {
        Map<String, String> settings = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(offer.settings().stream().map(Setting::name).toList());
        int place = 0;
        for (String word : words.isBlank() ? new String[0] : words.split(",", -1)) {
            String[] pair = word.strip().split("=", 2);
            String name =
                    pair.length == 2
                            ? pair[0].strip()
                            : place < names.size() ? names.get(place) : word.strip();
            place++;
            Check.argument(
                    names.contains(name),
                    "decoder %s has no setting '%s'; it has %s",
                    offer.name(),
                    name,
                    names.isEmpty() ? "none" : String.join(", ", names));
            String before = settings.put(name, pair[pair.length - 1].strip());
            Check.argument(
                    before == null, "setting %s of decoder %s is given twice", name, offer.name());
        }
        return settings;
    }
}
