package org.cumae.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.distribution.Constraint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/// What a grammar accepts, and which tokens go on in it.
class GrammarTest {
    private static final List<String> TOKENS =
            List.of(
                    "", "a", "b", "ab", "ba", "aab", "c", "abc", "ab", "é", "\u00c3", "\u00a9",
                    "((", ")", "(");
    private static final int END = 0;

    /// The bytes of a token; two of them are the halves of an é.
    private static byte[] bytes(int id) {
        String token = TOKENS.get(id);
        return token.equals("\u00c3") || token.equals("\u00a9")
                ? token.getBytes(StandardCharsets.ISO_8859_1)
                : token.getBytes(StandardCharsets.UTF_8);
    }

    private static GrammarConstraint constraint(Grammar grammar) {
        TokenTrie trie = new TokenTrie(TOKENS.size(), GrammarTest::bytes);
        return new GrammarConstraint(grammar, trie, GrammarTest::bytes, Set.of(END));
    }

    private static GrammarConstraint constraint(String expression) {
        return constraint(Grammar.of(Regex.parse(expression)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(ab|a)*b?",
                "a{2,3}(b|c){0,2}",
                "[^a]+|a[ab-]{2,}",
                "((a|b)(c|a)*)+",
                "a?b?c?",
                "(a+b+)+c{2}",
                "\\w\\d?.",
                "(|a)(b|)",
                "^[\\w-]*c$"
            })
    void wholeTextsMatchAsInJava(String expression) {
        GrammarConstraint ours = constraint("(" + expression.replaceAll("^\\^|\\$$", "") + ")|a");
        Pattern theirs = Pattern.compile("(" + expression.replaceAll("^\\^|\\$$", "") + ")|a");
        SplittableRandom random = new SplittableRandom(5);
        int matched = 0;
        for (int i = 0; i < 5000; i++) {
            String text = text(random, random.nextInt(8));
            assertThat(ours.accepts(text))
                    .as("'%s' of %s", text, expression)
                    .isEqualTo(theirs.matcher(text).matches());
            matched += theirs.matcher(text).matches() ? 1 : 0;
        }
        assertThat(matched).isBetween(1, 4999);
    }

    private static String text(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abc-1".charAt(random.nextInt(5)));
        }
        return text.toString();
    }

    @Test
    void everyCharacterIsMatchedByItsOwnBytesOnly() {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 300; i++) {
            int from = character(random);
            int to = Math.max(from, character(random));
            CharacterSet set = CharacterSet.of(from, to);
            GrammarConstraint one = constraintOf(set);
            for (int c :
                    new int[] {from, to, from - 1, to + 1, character(random), (from + to) / 2}) {
                if (Character.isValidCodePoint(c)
                        && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)) {
                    assertThat(one.accepts(Character.toString(c)))
                            .as("%x in %x to %x", c, from, to)
                            .isEqualTo(c >= from && c <= to);
                }
            }
        }
    }

    private static GrammarConstraint constraintOf(CharacterSet set) {
        Rule rule = Rule.any(new Rule.OneCharacter(set), Rule.text("ab"));
        return constraint(Grammar.of(rule));
    }

    private static int character(SplittableRandom random) {
        int bits = 7 + random.nextInt(15);
        int c = random.nextInt(Math.min(1 << bits, 0x110000));
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0x20AC : c;
    }

    /// The naive twin tries every token at every place.
    @ParameterizedTest
    @ValueSource(strings = {"(ab|a)*b?c", "a{2,3}(b|c){0,2}", "(é|a)b*", "[^a]+|a[ab]{2,}"})
    void theAllowedTokensAreThoseThatSomeTextGoesOnWith(String expression) {
        GrammarConstraint constraint = constraint(expression);
        Automaton.Position start = new Automaton(Grammar.of(Regex.parse(expression))).begin();
        SplittableRandom random = new SplittableRandom(7);
        for (int walk = 0; walk < 50; walk++) {
            Constraint.Place place = constraint.begin();
            Automaton.Position position = start;
            for (int step = 0; step < 6 && !place.isComplete(); step++) {
                List<Integer> allowed = new ArrayList<>();
                for (int id = 0; id < TOKENS.size(); id++) {
                    boolean fits =
                            id == END ? position.isWhole() : !through(position, bytes(id)).isLost();
                    assertThat(place.next().get(id))
                            .as("'%s' after %d tokens of %s", TOKENS.get(id), step, expression)
                            .isEqualTo(fits);
                    if (fits && id != END) {
                        allowed.add(id);
                    }
                }
                int id = allowed.get(random.nextInt(allowed.size()));
                place = place.after(id);
                position = through(position, bytes(id));
            }
        }
    }

    private static Automaton.Position through(Automaton.Position from, byte[] bytes) {
        Automaton.Position position = from;
        for (byte octet : bytes) {
            position = position.after(octet & 0xFF);
        }
        return position;
    }

    @Test
    void rulesMayHoldThemselves() {
        Rule pair = Rule.all(Rule.text("("), new Rule.Named("pairs"), Rule.text(")"));
        Grammar grammar =
                new Grammar(
                        new Rule.Named("pairs"),
                        Map.of("pairs", new Rule.Repeated(pair, 0, Rule.ENDLESS)));
        GrammarConstraint pairs = constraint(grammar);
        assertThat(pairs.accepts("(()(()))()")).isTrue();
        assertThat(pairs.accepts("(()")).isFalse();
        assertThat(pairs.accepts("())(")).isFalse();
        int depth = 20_000; // deeper than any call stack
        assertThat(pairs.accepts("(".repeat(depth) + ")".repeat(depth))).isTrue();
        assertThat(pairs.accepts("(".repeat(depth) + ")".repeat(depth - 1))).isFalse();
    }

    @Test
    void aLineIsCompleteWhereNothingCanFollow() {
        GrammarConstraint constraint = constraint("ab|c");
        assertThat(constraint.after(3).isComplete()).isTrue();
        assertThat(constraint.after(1).isComplete()).isFalse();
        assertThat(constraint("ab*").after(3).isComplete()).isFalse(); // b may follow
        assertThat(constraint.after(END).next().isEmpty()).isTrue();
        assertThat(constraint.after(2).next().isEmpty()).isTrue(); // not allowed
    }

    @Test
    @Timeout(10)
    void anExpressionThatBlowsUpElsewhereTakesLinearTime() {
        GrammarConstraint evil = constraint("(a+)+(a|aa)*((a*)*)*b");
        assertThat(evil.accepts("a".repeat(100_000))).isFalse();
        assertThat(evil.accepts("a".repeat(100_000) + "b")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "(a, no ')'",
        "a), no '('",
        "[ab, no ']'",
        "*a, nothing before",
        "a**, count follows a count",
        "'a{3,2}', runs backwards",
        "[b-a], runs backwards",
        "(?=a), (?:",
        "\\bword, \\b is not read",
        "(a)\\1, \\1 is not read",
        "a$b, inside",
        "'a{99999}', more than 10000",
        "a\\, ends the expression"
    })
    void whatIsNotReadIsRefusedWithItsPlace(String expression, String words) {
        assertThatThrownBy(() -> Regex.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("at character", words);
    }

    @Test
    void grammarsThatAreNoneAreRefused() {
        Rule self = new Rule.Named("a");
        assertThatThrownBy(() -> new Grammar(self, Map.of("a", Rule.all(Rule.text("x"), self))))
                .hasMessageContaining("no text fits");
        assertThatThrownBy(() -> new Grammar(self, Map.of())).hasMessageContaining("no rule 'a'");
        Grammar leftRecursive =
                new Grammar(
                        self,
                        Map.of("a", Rule.any(Rule.text("x"), Rule.all(self, Rule.text("y")))));
        assertThatThrownBy(() -> constraint(leftRecursive))
                .hasMessageContaining("its own first part");
        assertThatThrownBy(() -> constraint("((a{1000}){1000})")).hasMessageContaining("states");
        assertThatThrownBy(() -> constraint("z")).hasMessageContaining("vocabulary");
    }
}
