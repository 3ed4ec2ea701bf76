package org.cumae.decode.named;

import org.cumae.Check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A decoder's name and settings, as users write them in one word: `beam`, `beam:4`,
/// `beam:width=4,length_penalty=0.8`.
///
/// @param name of the decoder
/// @param settings values by name
public record Named(String name, Map<String, String> settings) {
    /// Copies the map.
    public Named {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /// Takes a word apart. Settings without a name are taken in the order in which the offer lists
    /// them.
    ///
    /// @throws IllegalArgumentException if the name or a setting is unknown, listing the known
    ///   ones, or a setting is given twice
    public static Named parse(String words) {
        String[] halves = words.strip().split(":", 2);
        Offer offer = Decoders.offer(halves[0].strip());
        Named named = new Named(offer.name(), Map.of());
        String rest = halves.length == 1 ? "" : halves[1];
        List<String> names = offer.settings().stream().map(Setting::name).toList();
        int place = 0;
        for (String word : rest.isBlank() ? new String[0] : rest.split(",", -1)) {
            String[] pair = word.strip().split("=", 2);
            boolean hasName = pair.length == 2;
            boolean placed = !hasName && place < names.size();
            String name = placed ? names.get(place) : pair[0].strip();
            place++;
            Decoders.requireKnown(offer, name);
            named = named.with(name, pair[pair.length - 1].strip());
        }
        return named;
    }

    /// The same with one setting more.
    ///
    /// @throws IllegalArgumentException if it has that setting already
    public Named with(String setting, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        String before = more.put(setting, value);
        Check.argument(before == null, "setting %s of decoder %s is given twice", setting, name);
        return new Named(name, more);
    }
}
