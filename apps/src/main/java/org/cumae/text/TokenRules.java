package org.cumae.text;

import org.cumae.Check;
import org.cumae.grammar.Grammar;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which tokens are favoured, allowed, and banned.
///
/// @param bias by id, added to the logit before all else; -100 to 100, and -100 is never
/// @param allowed if not empty, all other ids are banned
/// @param banned sequences that are never completed
/// @param grammar what the whole text must look like: a schema ([JsonSchema]), a regular expression
///   ([org.cumae.grammar.Regex]), or rules of one's own
public record TokenRules(
        Map<Integer, Double> bias,
        Set<Integer> allowed,
        List<List<Integer>> banned,
        Optional<Grammar> grammar) {
    /// No rules.
    public static final TokenRules NONE =
            new TokenRules(Map.of(), Set.of(), List.of(), Optional.empty());

    private static final double NEVER = -100;

    /// Copies and checks.
    ///
    /// @throws IllegalArgumentException if a bias is out of range
    public TokenRules {
        bias = Map.copyOf(bias);
        allowed = Set.copyOf(allowed);
        banned = banned.stream().map(List::copyOf).toList();
        bias.forEach(
                (id, value) ->
                        Check.argument(
                                value >= NEVER && value <= -NEVER,
                                "logit_bias of id %d is %s; it must lie in [-100, 100], and -100"
                                        + " bans the token",
                                id,
                                value));
    }

    /// The bias, where the least one is a ban.
    Map<Integer, Double> biasWithBans() {
        return bias.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                entry ->
                                        entry.getValue() == NEVER
                                                ? Double.NEGATIVE_INFINITY
                                                : entry.getValue()));
    }

    /// The same with another bias.
    public TokenRules withBias(Map<Integer, Double> bias) {
        return new TokenRules(bias, allowed, banned, grammar);
    }

    /// The same with other allowed ids.
    public TokenRules withAllowed(Set<Integer> allowed) {
        return new TokenRules(bias, allowed, banned, grammar);
    }

    /// The same with other banned sequences.
    public TokenRules withBanned(List<List<Integer>> banned) {
        return new TokenRules(bias, allowed, banned, grammar);
    }

    /// The same, held to a grammar.
    public TokenRules withGrammar(Grammar grammar) {
        return new TokenRules(bias, allowed, banned, Optional.of(grammar));
    }
}
