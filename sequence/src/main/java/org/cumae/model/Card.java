package org.cumae.model;

import org.cumae.Check;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a model says of itself.
///
/// @param name what messages call it
/// @param vocabulary ids are `[0, vocabulary)`; 0 for a model without ids
/// @param maxLength how many rows a context can hold
/// @param capabilities what it can be asked
/// @param masks how many ids behind the vocabulary, `[vocabulary, vocabulary + masks)`, can be fed
///   in place of tokens that are not known yet; no law has them
/// @param denoising how it was taught to fill masks, where it was
/// @param directions how many heads it has, each of which looks in a direction of its own: 1 for
///   models that say only what comes next
public record Card(
        String name,
        int vocabulary,
        int maxLength,
        Set<Capability> capabilities,
        int masks,
        Optional<Denoising> denoising,
        int directions) {
    /// Copies the set.
    ///
    /// @throws IllegalArgumentException if a size is out of range
    public Card {
        capabilities = Set.copyOf(capabilities);
        Check.argument(
                vocabulary >= 0,
                "model %s: vocabulary is %d; it must be 0 or more",
                name,
                vocabulary);
        Check.argument(
                maxLength > 0, "model %s: maxLength is %d; it must be 1 or more", name, maxLength);
        Check.argument(masks >= 0, "model %s: masks is %d; it must be 0 or more", name, masks);
        Check.argument(
                denoising.isEmpty() || masks > 0,
                "model %s fills masks and has none; announce one",
                name);
        Check.argument(
                directions > 0,
                "model %s: directions is %d; it must be 1 or more",
                name,
                directions);
    }

    /// A model that says only what comes next.
    public Card(
            String name,
            int vocabulary,
            int maxLength,
            Set<Capability> capabilities,
            int masks,
            Optional<Denoising> denoising) {
        this(name, vocabulary, maxLength, capabilities, masks, denoising, 1);
    }

    /// A model without masks.
    public Card(String name, int vocabulary, int maxLength, Set<Capability> capabilities) {
        this(name, vocabulary, maxLength, capabilities, 0);
    }

    /// A model with masks that does not fill them.
    public Card(
            String name, int vocabulary, int maxLength, Set<Capability> capabilities, int masks) {
        this(name, vocabulary, maxLength, capabilities, masks, Optional.empty());
    }

    /// The same where a context holds at most so many rows.
    public Card holding(int most) {
        return new Card(
                name,
                vocabulary,
                Math.min(maxLength, most),
                capabilities,
                masks,
                denoising,
                directions);
    }

    /// Whether an id stands for a token that is not known yet.
    public boolean isMask(int id) {
        return id >= vocabulary && id < vocabulary + masks;
    }

    /// Refuses a use that the model cannot serve.
    ///
    /// @param user what needs it, as messages should name it: `decoder beam`
    /// @param needs what it needs
    /// @throws CapabilityException naming the user, the model, and what is missing
    public void require(String user, Set<Capability> needs) {
        if (!capabilities.containsAll(needs)) {
            Set<Capability> missing = EnumSet.copyOf(needs);
            missing.removeAll(capabilities);
            throw new CapabilityException(
                    "%s needs %s, which model %s does not offer; it offers %s"
                            .formatted(user, words(missing), name, words(capabilities)));
        }
    }

    private static String words(Set<Capability> capabilities) {
        return capabilities.isEmpty()
                ? "nothing"
                : capabilities.stream()
                        .sorted()
                        .map(Capability::words)
                        .collect(Collectors.joining(", "));
    }
}
