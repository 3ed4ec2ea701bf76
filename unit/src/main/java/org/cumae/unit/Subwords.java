package org.cumae.unit;

import org.cumae.Check;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// A tokenizer of parts of words: added tokens are found, the rest is normalised, cut, and each
/// stretch turned into ids. What `tokenizer.json`, SentencePiece and GGUF files describe differs in
/// the parts.
public final class Subwords implements Tokenizer {
    /// What a tokenizer is made of.
    ///
    /// @param name what messages call it
    /// @param tokens how an id is shown and joined; null for a hole
    /// @param bytes the bytes of an id
    /// @param prefix the special ids before a text
    /// @param suffix the special ids after it
    record Parts(
            String name,
            int size,
            IntFunction<@Nullable String> tokens,
            IntFunction<byte[]> bytes,
            List<AddedTokens.Added> added,
            UnaryOperator<String> normalizing,
            Splitter splitter,
            Segmenter segmenter,
            Joining joining,
            List<Integer> prefix,
            List<Integer> suffix,
            SpecialTokens special,
            Promise promise,
            Supplier<TokenizerFile> file) {}

    private final Parts parts;
    private final AddedTokens rawWithSpecial;
    private final AddedTokens rawWithoutSpecial;
    private final AddedTokens normalizedWithSpecial;
    private final AddedTokens normalizedWithoutSpecial;
    private final Set<Integer> skipped;

    Subwords(Parts parts) {
        this.parts = parts;
        UnaryOperator<String> form = parts.normalizing();
        this.rawWithSpecial =
                AddedTokens.of(parts.added(), it -> !it.normalized(), UnaryOperator.identity());
        this.rawWithoutSpecial =
                AddedTokens.of(
                        parts.added(),
                        it -> !it.normalized() && !it.special(),
                        UnaryOperator.identity());
        this.normalizedWithSpecial =
                AddedTokens.of(parts.added(), AddedTokens.Added::normalized, form);
        this.normalizedWithoutSpecial =
                AddedTokens.of(parts.added(), it -> it.normalized() && !it.special(), form);
        this.skipped = new HashSet<>();
        parts.added().stream()
                .filter(AddedTokens.Added::special)
                .forEach(it -> skipped.add(it.id()));
    }

    /// The same tokenizer with other special ids: what lies beside a `tokenizer.json` knows more of
    /// them.
    Subwords withSpecial(SpecialTokens special) {
        return new Subwords(
                new Parts(
                        parts.name(),
                        parts.size(),
                        parts.tokens(),
                        parts.bytes(),
                        parts.added(),
                        parts.normalizing(),
                        parts.splitter(),
                        parts.segmenter(),
                        parts.joining(),
                        parts.prefix(),
                        parts.suffix(),
                        special,
                        parts.promise(),
                        parts.file()));
    }

    /// The id of a token as the vocabulary writes it, added ones too; -1 for none.
    int idOf(String token) {
        for (AddedTokens.Added added : parts.added()) {
            if (added.content().equals(token)) {
                return added.id();
            }
        }
        for (int id = 0; id < parts.size(); id++) {
            if (token.equals(parts.tokens().apply(id))) {
                return id;
            }
        }
        return -1;
    }

    @Override
    public String name() {
        return parts.name();
    }

    @Override
    public int size() {
        return parts.size();
    }

    @Override
    public int[] encode(String text, Encoding how) {
        String whole = WellFormed.of(text);
        Ints out = new Ints(whole.length() / 3);
        if (how.addSpecial()) {
            parts.prefix().forEach(out::add);
        }
        AddedTokens raw = how.parseSpecial() ? rawWithSpecial : rawWithoutSpecial;
        AddedTokens normalized =
                how.parseSpecial() ? normalizedWithSpecial : normalizedWithoutSpecial;
        raw.find(
                whole,
                new AddedTokens.Parts() {
                    @Override
                    public void text(String stretch, int from) {
                        normalized.find(
                                parts.normalizing().apply(stretch), new Rest(from == 0, out));
                    }

                    @Override
                    public void token(AddedTokens.Added token) {
                        out.add(token.id());
                    }
                });
        if (how.addSpecial()) {
            parts.suffix().forEach(out::add);
        }
        return out.toArray();
    }

    /// What is left when added tokens are taken out.
    private final class Rest implements AddedTokens.Parts {
        private final boolean first;
        private final Ints out;

        Rest(boolean first, Ints out) {
            this.first = first;
            this.out = out;
        }

        @Override
        public void text(String stretch, int from) {
            parts.splitter()
                    .split(stretch, first && from == 0, it -> parts.segmenter().segment(it, out));
        }

        @Override
        public void token(AddedTokens.Added token) {
            out.add(token.id());
        }
    }

    @Override
    public Detokenizer detokenizer(Decoding how) {
        return new Detokenizer(
                id -> how.skipSpecial() && skipped.contains(id) ? "" : display(id),
                parts.joining(),
                how);
    }

    @Override
    public byte[] bytes(int id) {
        return parts.bytes().apply(checked(id));
    }

    @Override
    public String display(int id) {
        String token = parts.tokens().apply(checked(id));
        return token == null ? "" : token;
    }

    private int checked(int id) {
        Check.argument(
                id >= 0 && id < size(),
                "id is %d; %s has ids from 0 to %d",
                id,
                name(),
                size() - 1);
        return id;
    }

    @Override
    public SpecialTokens special() {
        return parts.special();
    }

    @Override
    public Promise promise() {
        return parts.promise();
    }

    @Override
    public TokenizerFile file() {
        return parts.file().get();
    }

    /// The UTF-8 of a token.
    static byte[] utf8(String token) {
        return token.getBytes(StandardCharsets.UTF_8);
    }
}
