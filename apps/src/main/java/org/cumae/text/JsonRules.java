package org.cumae.text;

import org.cumae.grammar.CharacterSet;
import org.cumae.grammar.Rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The parts of JSON (RFC 8259) as rules.
///
/// Values are finite: numbers have bounded digits, and white space is what a compact or an indented
/// text has, so that no model can go on with blanks for ever.
final class JsonRules {
    static final String VALUE = "json value";
    static final String OBJECT = "json object";
    private static final String ARRAY = "json array";
    private static final int MOST_INDENT = 20;

    static final Rule DIGIT = Rule.between('0', '9');

    /// Nothing, a blank, or a new line and its indent.
    static final Rule SPACE =
            Rule.maybe(
                    Rule.any(
                            Rule.text(" "),
                            Rule.all(
                                    Rule.text("\n"),
                                    new Rule.Repeated(
                                            new Rule.OneCharacter(CharacterSet.of(" \t")),
                                            0,
                                            MOST_INDENT))));

    private static final CharacterSet CONTROLS = CharacterSet.of(0, 0x1F);
    private static final CharacterSet ESCAPED = CharacterSet.of("\"\\").or(CONTROLS);

    static final Rule INTEGER =
            Rule.all(Rule.maybe(Rule.text("-")), Rule.any(Rule.text("0"), positive(15)));

    static final Rule FRACTION = Rule.all(Rule.text("."), new Rule.Repeated(DIGIT, 1, 15));

    static final Rule NUMBER =
            Rule.all(
                    INTEGER,
                    Rule.maybe(FRACTION),
                    Rule.maybe(
                            Rule.all(
                                    new Rule.OneCharacter(CharacterSet.of("eE")),
                                    Rule.maybe(new Rule.OneCharacter(CharacterSet.of("+-"))),
                                    new Rule.Repeated(DIGIT, 1, 2))));

    static final Rule BOOLEAN = Rule.any(Rule.text("true"), Rule.text("false"));
    static final Rule NULL = Rule.text("null");

    /// The rules that these name.
    static final Map<String, Rule> NAMED =
            Map.of(
                    VALUE,
                    Rule.any(
                            new Rule.Named(OBJECT),
                            new Rule.Named(ARRAY),
                            string(0, Rule.ENDLESS),
                            NUMBER,
                            BOOLEAN,
                            NULL),
                    OBJECT,
                    list("{", member(string(0, Rule.ENDLESS), new Rule.Named(VALUE)), "}"),
                    ARRAY,
                    list("[", new Rule.Named(VALUE), "]"));

    private JsonRules() {}

    static Rule member(Rule key, Rule value) {
        return Rule.all(key, Rule.text(":"), SPACE, value);
    }

    private static Rule list(String open, Rule item, String close) {
        return Rule.all(Rule.text(open), SPACE, items(item, 0, Rule.ENDLESS), Rule.text(close));
    }

    /// Items with commas between, and white space after the last.
    static Rule items(Rule item, int least, int most) {
        if (most == 0) {
            return Rule.NOTHING;
        }
        Rule more = Rule.all(Rule.text(","), SPACE, item);
        int others = most == Rule.ENDLESS ? most : most - 1;
        Rule some = Rule.all(item, new Rule.Repeated(more, Math.max(0, least - 1), others), SPACE);
        return least == 0 ? Rule.maybe(some) : some;
    }

    private static Rule positive(int digits) {
        return Rule.all(Rule.between('1', '9'), new Rule.Repeated(DIGIT, 0, digits - 1));
    }

    /// A string of so many characters, each written as itself or escaped.
    static Rule string(int least, int most) {
        return quoted(new Rule.Repeated(character(), least, most));
    }

    static Rule quoted(Rule inner) {
        return Rule.all(Rule.text("\""), inner, Rule.text("\""));
    }

    private static Rule character() {
        Rule hex = new Rule.OneCharacter(CharacterSet.of("0123456789abcdefABCDEF"));
        Rule notD = new Rule.OneCharacter(CharacterSet.of("0123456789abcefABCEF"));
        return Rule.any(
                new Rule.OneCharacter(ESCAPED.not()),
                Rule.all(Rule.text("\\"), new Rule.OneCharacter(CharacterSet.of("\"\\/bfnrt"))),
                // any character but halves of surrogate pairs
                Rule.all(
                        Rule.text("\\u"),
                        Rule.any(
                                Rule.all(notD, hex, hex, hex),
                                Rule.all(
                                        new Rule.OneCharacter(CharacterSet.of("dD")),
                                        Rule.between('0', '7'),
                                        hex,
                                        hex))));
    }

    /// The inside of a string whose text fits a rule, with the escapes that JSON asks for.
    static Rule escaped(Rule rule) {
        return switch (rule) {
            case Rule.Literal(String text) -> Rule.text(escaped(text));
            case Rule.OneCharacter(CharacterSet set) -> escaped(set);
            case Rule.InOrder(List<Rule> parts) ->
                    new Rule.InOrder(parts.stream().map(JsonRules::escaped).toList());
            case Rule.OneOf(List<Rule> choices) ->
                    new Rule.OneOf(choices.stream().map(JsonRules::escaped).toList());
            case Rule.Repeated(Rule one, int least, int most) ->
                    new Rule.Repeated(escaped(one), least, most);
            case Rule.Named named -> named;
        };
    }

    private static Rule escaped(CharacterSet set) {
        List<Rule> ways = new ArrayList<>();
        CharacterSet plain = set.minus(ESCAPED);
        if (!plain.isEmpty()) {
            ways.add(new Rule.OneCharacter(plain));
        }
        for (CharacterSet.Range range : set.and(ESCAPED).ranges()) {
            for (int character = range.from(); character <= range.to(); character++) {
                ways.add(Rule.text(escaped(Character.toString(character))));
            }
        }
        return new Rule.OneOf(ways);
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(c < 0x20 ? "\\u%04x".formatted((int) c) : "" + c);
            }
        }
        return out.toString();
    }

    /// Whole numbers in a range, both ends in it.
    static Rule whole(long least, long most) {
        List<Rule> ways = new ArrayList<>();
        if (least < 0) {
            Rule below = natural(most < 0 ? -most : 1, -least);
            ways.add(Rule.all(Rule.text("-"), below));
        }
        if (most >= 0) {
            ways.add(natural(Math.max(0, least), most));
        }
        return new Rule.OneOf(ways);
    }

    private static Rule natural(long least, long most) {
        List<Rule> ways = new ArrayList<>();
        for (int digits = digits(least); digits <= digits(most); digits++) {
            long first = digits == 1 ? 0 : power(digits - 1);
            String from = Long.toString(Math.max(least, first));
            String to = Long.toString(Math.min(most, power(digits) - 1));
            ways.add(between(from, to));
        }
        return new Rule.OneOf(ways);
    }

    private static int digits(long number) {
        return Long.toString(number).length();
    }

    private static long power(int digits) {
        return Long.parseLong("1" + "0".repeat(digits));
    }

    /// Numbers of equally many digits. First digits behind which anything may follow are taken
    /// together; the others, at most two, are looked into.
    private static Rule between(String from, String to) {
        int rest = from.length() - 1;
        if (rest < 0) {
            return Rule.NOTHING;
        }
        char low = from.charAt(0);
        char high = to.charAt(0);
        boolean fromFirst = from.substring(1).equals("0".repeat(rest));
        boolean toLast = to.substring(1).equals("9".repeat(rest));
        if (low == high && !(fromFirst && toLast)) {
            return Rule.all(Rule.text("" + low), between(from.substring(1), to.substring(1)));
        }
        List<Rule> ways = new ArrayList<>();
        char first = low;
        char last = high;
        if (!fromFirst) {
            ways.add(Rule.all(Rule.text("" + low), between(from.substring(1), "9".repeat(rest))));
            first++;
        }
        if (!toLast) {
            ways.add(Rule.all(Rule.text("" + high), between("0".repeat(rest), to.substring(1))));
            last--;
        }
        if (first <= last) {
            Rule any = new Rule.Repeated(DIGIT, rest, rest);
            ways.add(Rule.all(Rule.between(first, last), any));
        }
        return new Rule.OneOf(ways);
    }
}
