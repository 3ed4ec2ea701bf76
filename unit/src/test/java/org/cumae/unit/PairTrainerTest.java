package org.cumae.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class PairTrainerTest {
    /// Done by hand: "ab" comes 5 times, then "abc" 3 times.
    @Test
    void theMostFrequentPairsAreJoinedFirst() {
        Tokenizer tokenizer =
                PairTrainer.train(
                        List.of("ababc", "abc", "abcab"), new PairTraining(258, 2, List.of()));
        assertThat(tokenizer.display(256)).isEqualTo("ab");
        assertThat(tokenizer.display(257)).isEqualTo("abc");
        assertThat(tokenizer.encode("ababc")).containsExactly(256, 257);
    }

    @Test
    void ofEqualCountsTheSmallerIdsAreJoinedFirst() {
        Tokenizer tokenizer =
                PairTrainer.train(List.of("zy", "ba", "bc"), new PairTraining(259, 1, List.of()));
        assertThat(List.of(tokenizer.display(256), tokenizer.display(257), tokenizer.display(258)))
                .containsExactly("ba", "bc", "zy");
    }

    /// The control counts everything anew for every merge.
    @Test
    void incrementalCountsGiveTheMergesOfCountingAnew() throws IOException {
        String text =
                Files.readString(TestFiles.data("text/tinyshakespeare.txt")).substring(0, 20_000);
        int vocabulary = 256 + 150;
        Tokenizer tokenizer =
                PairTrainer.train(List.of(text), new PairTraining(vocabulary, 2, List.of()));
        assertThat(merges(tokenizer)).isEqualTo(controlMerges(text, 150));
    }

    @Test
    void aVocabularyOfTheWholeTextIsLearnedInSecondsAndKeepsEveryText(@TempDir Path folder)
            throws IOException {
        String text = Files.readString(TestFiles.data("text/tinyshakespeare.txt"));
        long before = System.nanoTime();
        Tokenizer tokenizer = PairTrainer.train(List.of(text), PairTraining.of(4096));
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        assertThat(took).isLessThan(Duration.ofSeconds(20));
        assertThat(tokenizer.size()).isEqualTo(4096);
        assertThat(tokenizer.promise()).isEqualTo(Promise.EVERY_TEXT);

        int[] ids = tokenizer.encode(text);
        assertThat(text.length() / (double) ids.length).isGreaterThan(3.2); // it gave 3.24
        assertThat(tokenizer.decode(ids)).isEqualTo(text);

        TokenizerFolder.save(tokenizer, folder);
        Tokenizer again = TokenizerFolder.open(folder).tokenizer();
        assertThat(again.encode(text)).isEqualTo(ids);
        assertThat(again.fingerprint()).isEqualTo(tokenizer.fingerprint());
        assertThat(again.special()).isEqualTo(tokenizer.special());
        assertThat(
                        Control.of(Files.readString(folder.resolve("tokenizer.json")))
                                .encode(text, true))
                .as("the control reads our file and gives the same ids")
                .isEqualTo(ids);
        System.out.printf(
                "4,096 tokens learned from %,d characters in %d ms%n",
                text.length(), took.toMillis());
    }

    @Test
    void anEmptyTextTeachesNothing() {
        assertThatThrownBy(() -> PairTrainer.train(List.of(""), PairTraining.of(300)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void aVocabularySmallerThanTheBytesIsRefused() {
        assertThatThrownBy(() -> PairTraining.of(256))
                .hasMessageContaining("vocabulary is 256; it must be 257");
    }

    private static List<String> merges(Tokenizer tokenizer) {
        JsonNode json = JsonMapper.shared().readTree(tokenizer.file().content());
        return json.get("model")
                .get("merges")
                .valueStream()
                .map(it -> it.get(0).stringValue() + " " + it.get(1).stringValue())
                .toList();
    }

    private static List<String> controlMerges(String text, int count) {
        Map<List<String>, Integer> words = new LinkedHashMap<>();
        Splitters.GPT2.findAll(
                text,
                (from, to) ->
                        words.merge(
                                List.of(ByteLetters.of(text.substring(from, to)).split("")),
                                1,
                                Integer::sum));
        List<String> tokens = new ArrayList<>(TokenizerJsonWriter.letters());
        List<String> merges = new ArrayList<>();
        while (merges.size() < count) {
            Map<List<String>, Integer> pairs = new HashMap<>();
            words.forEach(
                    (word, times) -> {
                        for (int i = 0; i + 1 < word.size(); i++) {
                            pairs.merge(List.of(word.get(i), word.get(i + 1)), times, Integer::sum);
                        }
                    });
            List<String> best =
                    pairs.entrySet().stream()
                            .filter(
                                    it ->
                                            !merges.contains(
                                                    it.getKey().get(0) + " " + it.getKey().get(1)))
                            .min(
                                    Map.Entry.<List<String>, Integer>comparingByValue()
                                            .reversed()
                                            .thenComparing(it -> tokens.indexOf(it.getKey().get(0)))
                                            .thenComparing(
                                                    it -> tokens.indexOf(it.getKey().get(1))))
                            .orElseThrow()
                            .getKey();
            merges.add(best.get(0) + " " + best.get(1));
            tokens.add(best.get(0) + best.get(1));
            Map<List<String>, Integer> next = new LinkedHashMap<>();
            words.forEach((word, times) -> next.merge(joined(word, best), times, Integer::sum));
            words.clear();
            words.putAll(next);
        }
        return merges;
    }

    private static List<String> joined(List<String> word, List<String> pair) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < word.size(); i++) {
            boolean match = i + 1 < word.size() && word.subList(i, i + 2).equals(pair);
            result.add(match ? pair.get(0) + pair.get(1) : word.get(i));
            i += match ? 1 : 0;
        }
        return result;
    }
}
