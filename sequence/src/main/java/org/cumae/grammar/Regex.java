package org.cumae.grammar;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;

/// Reads a regular expression as the rule of the texts that match it as a whole.
///
/// Characters, `.`, classes, `\d \w \s`, groups, alternatives and counts are read as ECMA-262 and
/// Java do; so are `^` at the begin and `$` at the end, which change nothing here. What a finite
/// automaton cannot do, or would do in another way (looking around, references back, borders of
/// words), is refused. Matching takes time linear in the text, whatever the expression.
public final class Regex {
    private static final int MOST_COUNT = 10_000;
    private static final int DEEPEST = 200;
    private static final CharacterSet DIGITS = CharacterSet.of('0', '9');
    private static final CharacterSet WORD =
            DIGITS.or(CharacterSet.of('a', 'z')).or(CharacterSet.of('A', 'Z')).or(one('_'));
    private static final CharacterSet SPACE = CharacterSet.of(" \t\n\r\f\u000B");
    private static final CharacterSet LINE_ENDS = CharacterSet.of("\n\r\u2028\u2029");

    private final String text;
    private int at;
    private int depth;

    private Regex(String text) {
        this.text = text;
    }

    /// The rule of an expression.
    ///
    /// @throws IllegalArgumentException if it is none, or says what cannot be held to; the message
    ///   has the place
    public static Rule parse(String expression) {
        Regex reader = new Regex(expression);
        if (reader.peek('^')) {
            reader.at++;
        }
        Rule rule = reader.alternatives();
        reader.require(reader.at == expression.length(), "a ')' has no '('");
        return rule;
    }

    private static CharacterSet one(int character) {
        return CharacterSet.of(character, character);
    }

    private Rule alternatives() {
        require(++depth <= DEEPEST, "groups are nested more than " + DEEPEST + " deep");
        List<Rule> choices = new ArrayList<>(List.of(sequence()));
        while (peek('|')) {
            at++;
            choices.add(sequence());
        }
        depth--;
        return choices.size() == 1 ? choices.getFirst() : new Rule.OneOf(choices);
    }

    private Rule sequence() {
        List<Rule> parts = new ArrayList<>();
        while (at < text.length() && !peek('|') && !peek(')')) {
            if (peek('$') && at + 1 == text.length()) {
                at++;
            } else {
                parts.add(counted(atom()));
            }
        }
        return new Rule.InOrder(parts);
    }

    private Rule counted(Rule atom) {
        Rule rule = atom;
        if (peek('*') || peek('+') || peek('?')) {
            char sign = text.charAt(at++);
            rule = new Rule.Repeated(atom, sign == '+' ? 1 : 0, sign == '?' ? 1 : Rule.ENDLESS);
        } else if (peek('{')) {
            at++;
            int least = count();
            int most = least;
            if (peek(',')) {
                at++;
                most = peek('}') ? Rule.ENDLESS : count();
            }
            require(peek('}'), "a count is written {2}, {2,} or {2,5}; write a brace as \\{");
            at++;
            require(least <= most, "a count runs backwards");
            rule = new Rule.Repeated(atom, least, most);
        } else {
            return rule;
        }
        if (peek('?')) {
            at++; // as few as possible: another match, but no other language
        }
        require(!peek('*') && !peek('+') && !peek('{'), "a count follows a count");
        return rule;
    }

    private int count() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        require(at > from && at - from <= 5, "a count is a number up to " + MOST_COUNT);
        int count = Integer.parseInt(text, from, at, 10);
        require(count <= MOST_COUNT, "a count is more than " + MOST_COUNT);
        return count;
    }

    private Rule atom() {
        char first = text.charAt(at);
        return switch (first) {
            case '(' -> group();
            case '[' -> new Rule.OneCharacter(set());
            case '\\' -> new Rule.OneCharacter(escape());
            case '.' -> {
                at++;
                yield new Rule.OneCharacter(LINE_ENDS.not());
            }
            case '*', '+', '?', '{' -> throw fault("'" + first + "' has nothing before it");
            case '^', '$' -> throw fault("'" + first + "' stands inside; only whole texts match");
            default -> new Rule.OneCharacter(one(next()));
        };
    }

    private Rule group() {
        at++;
        if (text.startsWith("?:", at)) {
            at += 2;
        } else {
            require(!peek('?'), "(? begins a group that only (?: is read of");
        }
        Rule inner = alternatives();
        require(peek(')'), "a '(' has no ')'");
        at++;
        return inner;
    }

    private CharacterSet set() {
        at++;
        boolean negated = peek('^');
        at += negated ? 1 : 0;
        CharacterSet set = CharacterSet.NONE;
        while (!peek(']')) {
            require(at < text.length(), "a '[' has no ']'");
            CharacterSet from = peek('\\') ? escape() : one(next());
            boolean range = peek('-') && at + 1 < text.length() && text.charAt(at + 1) != ']';
            if (range) {
                at++;
                CharacterSet to = peek('\\') ? escape() : one(next());
                int first = only(from);
                int last = only(to);
                require(first <= last, "a range of characters runs backwards");
                from = CharacterSet.of(first, last);
            }
            set = set.or(from);
        }
        at++;
        CharacterSet meant = negated ? set.not() : set;
        require(!meant.isEmpty(), "no character is in the class");
        return meant;
    }

    private int only(CharacterSet set) {
        boolean single =
                set.ranges().size() == 1
                        && set.ranges().getFirst().from() == set.ranges().getFirst().to();
        require(single, "a range ends at a class of characters");
        return set.ranges().getFirst().from();
    }

    private CharacterSet escape() {
        at++;
        require(at < text.length(), "a \\ ends the expression");
        int what = next();
        return switch (what) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.not();
            case 'w' -> WORD;
            case 'W' -> WORD.not();
            case 's' -> SPACE;
            case 'S' -> SPACE.not();
            case 'n' -> one('\n');
            case 'r' -> one('\r');
            case 't' -> one('\t');
            case 'f' -> one('\f');
            case 'x' -> one(hex(2));
            case 'u' -> one(hex(4));
            default -> {
                boolean letter = Character.isLetterOrDigit(what);
                require(!letter, "\\" + Character.toString(what) + " is not read");
                yield one(what);
            }
        };
    }

    private int hex(int digits) {
        require(at + digits <= text.length(), "a character's number is cut off");
        String number = text.substring(at, at + digits);
        require(number.matches("[0-9A-Fa-f]+"), "'" + number + "' is no hexadecimal number");
        at += digits;
        int character = Integer.parseInt(number, 16);
        require(
                character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE,
                "a half of a surrogate pair is no character");
        return character;
    }

    private int next() {
        int character = text.codePointAt(at);
        require(
                character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE,
                "a half of a surrogate pair is no character");
        at += Character.charCount(character);
        return character;
    }

    private boolean peek(char character) {
        return at < text.length() && text.charAt(at) == character;
    }

    private void require(boolean holds, String fault) {
        Check.argument(holds, "the regular expression fails at character %d: %s", at, fault);
    }

    private IllegalArgumentException fault(String fault) {
        return new IllegalArgumentException(
                "the regular expression fails at character %d: %s".formatted(at, fault));
    }
}
