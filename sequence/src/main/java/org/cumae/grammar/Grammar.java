package org.cumae.grammar;

import org.cumae.Check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A language: a rule to begin with, and the rules that it names.
///
/// Rules may hold themselves, as values of JSON do, but not as their own first part.
///
/// @param start what a whole text looks like
/// @param rules the named ones
public record Grammar(Rule start, Map<String, Rule> rules) {
    /// Copies and checks.
    ///
    /// @throws IllegalArgumentException if a name is unknown, or no text of the language ever ends
    public Grammar {
        rules = Map.copyOf(rules);
        requireKnown(start, rules.keySet());
        for (Rule rule : rules.values()) {
            requireKnown(rule, rules.keySet());
        }
        Set<String> ending = ending(rules);
        Check.argument(
                ends(start, ending),
                "no text fits the grammar: a part that must be there holds itself, or has no"
                        + " choices");
    }

    /// A language without names.
    public static Grammar of(Rule start) {
        return new Grammar(start, Map.of());
    }

    /// The same language with its rules under longer names, so that it can be joined with others.
    ///
    /// @param prefix put before every name
    public Grammar under(String prefix) {
        Map<String, Rule> renamed = new HashMap<>();
        rules.forEach((name, rule) -> renamed.put(prefix + name, under(prefix, rule)));
        return new Grammar(under(prefix, start), renamed);
    }

    private static Rule under(String prefix, Rule rule) {
        return switch (rule) {
            case Rule.Literal _, Rule.OneCharacter _ -> rule;
            case Rule.InOrder(var parts) -> new Rule.InOrder(under(prefix, parts));
            case Rule.OneOf(var choices) -> new Rule.OneOf(under(prefix, choices));
            case Rule.Repeated(Rule one, int least, int most) ->
                    new Rule.Repeated(under(prefix, one), least, most);
            case Rule.Named(String name) -> new Rule.Named(prefix + name);
        };
    }

    private static List<Rule> under(String prefix, List<Rule> rules) {
        return rules.stream().map(rule -> under(prefix, rule)).toList();
    }

    /// The names whose rules have a finite text.
    private static Set<String> ending(Map<String, Rule> rules) {
        Set<String> ending = new HashSet<>();
        boolean grew = true;
        while (grew) {
            grew = false;
            for (Map.Entry<String, Rule> entry : rules.entrySet()) {
                if (!ending.contains(entry.getKey()) && ends(entry.getValue(), ending)) {
                    grew |= ending.add(entry.getKey());
                }
            }
        }
        return ending;
    }

    private static boolean ends(Rule rule, Set<String> ending) {
        return switch (rule) {
            case Rule.Literal _ -> true;
            case Rule.OneCharacter(CharacterSet set) -> !set.isEmpty();
            case Rule.InOrder(var parts) -> parts.stream().allMatch(part -> ends(part, ending));
            case Rule.OneOf(var choices) -> choices.stream().anyMatch(one -> ends(one, ending));
            case Rule.Repeated(Rule one, int least, int _) -> least == 0 || ends(one, ending);
            case Rule.Named(String name) -> ending.contains(name);
        };
    }

    private static void requireKnown(Rule rule, Set<String> names) {
        switch (rule) {
            case Rule.Literal _, Rule.OneCharacter _ -> {}
            case Rule.InOrder(var parts) -> parts.forEach(part -> requireKnown(part, names));
            case Rule.OneOf(var choices) -> choices.forEach(one -> requireKnown(one, names));
            case Rule.Repeated(Rule one, int _, int _) -> requireKnown(one, names);
            case Rule.Named(String name) ->
                    Check.argument(
                            names.contains(name),
                            "the grammar has no rule '%s'; it has: %s",
                            name,
                            names);
        }
    }
}
