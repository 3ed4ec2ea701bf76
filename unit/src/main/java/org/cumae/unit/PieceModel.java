package org.cumae.unit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// A SentencePiece vocabulary, from a file of its own or from a GGUF file: pieces with scores, and
/// how text becomes a line of them. A space is written as U+2581 (`▁`) there.
///
/// @param name what messages call it
/// @param way how pieces are chosen
/// @param pieces the pieces by id
/// @param spaces what happens to spaces
/// @param map characters replaced before all else
/// @param roles the ids that steer the model
record PieceModel(
        String name,
        Way way,
        List<Piece> pieces,
        Spaces spaces,
        Optional<byte[]> map,
        Roles roles) {
    static final char SPACE = '\u2581';

    /// What SentencePiece writes for text that was unknown.
    private static final String UNKNOWN_SURFACE = " \u2047 ";

    /// How pieces are chosen.
    enum Way {
        /// The line of pieces whose scores add up to the most.
        UNIGRAM,
        /// Neighbours joined as long as the result is a piece, the best score first.
        PAIRS
    }

    /// What a piece is; the numbers in the file are one more than these.
    enum Kind {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE
    }

    /// One piece.
    record Piece(String text, float score, Kind kind) {}

    /// What happens to spaces.
    ///
    /// @param first whether a space is put before a text
    /// @param afterTokens whether also before what follows a special token inside a text
    /// @param squeezed whether spaces at the ends are lost and several become one
    record Spaces(boolean first, boolean afterTokens, boolean squeezed) {}

    /// The ids that steer the model.
    ///
    /// @param addBegin whether the begin is put before a text
    /// @param addEnd whether the end is put after it
    record Roles(
            OptionalInt begin,
            SequencedSet<Integer> ends,
            OptionalInt padding,
            boolean addBegin,
            boolean addEnd) {}

    PieceModel {
        if (pieces.isEmpty()) {
            throw new TokenizerException("%s has no pieces; a tokenizer has some", name);
        }
        if (pieces.size() > Vocabulary.MOST) {
            throw new TokenizerException(
                    "%s has %d pieces; %d are the most", name, pieces.size(), Vocabulary.MOST);
        }
        for (int id = 0; id < pieces.size(); id++) {
            Piece piece = pieces.get(id);
            if (Float.isNaN(piece.score())) {
                throw new TokenizerException(
                        "%s: piece %d, %s, has a score that is no number",
                        name, id, Visible.text(piece.text()));
            }
            if (piece.kind() == Kind.BYTE && BytePieces.octet(piece.text()) < 0) {
                throw new TokenizerException(
                        "%s: piece %d, %s, should be a byte such as <0x0A>",
                        name, id, Visible.text(piece.text()));
            }
            if (piece.text().isEmpty()
                    && (piece.kind() == Kind.CONTROL || piece.kind() == Kind.USER_DEFINED)) {
                throw new TokenizerException("%s: piece %d is a token without a text", name, id);
            }
        }
    }

    /// @param file the form in which the tokenizer is saved
    Subwords tokenizer(TokenizerFile file) {
        UnaryOperator<String> mapped = it -> it;
        if (map.isPresent() && map.get().length > 0) {
            mapped = CharacterMap.read(map.get())::replaceLongest;
        }
        UnaryOperator<String> squeezed = spaces.squeezed() ? PieceModel::squeeze : it -> it;
        UnaryOperator<String> first = mapped;
        OptionalInt unknown = firstOf(Kind.UNKNOWN);
        return new Subwords(
                new Subwords.Parts(
                        name,
                        pieces.size(),
                        id -> pieces.get(id).text(),
                        this::bytes,
                        added(),
                        text -> squeezed.apply(first.apply(text)),
                        this::mark,
                        segmenter(unknown.orElse(-1), byteIds()),
                        joining(unknown),
                        roles.addBegin() ? roles.begin().stream().boxed().toList() : List.of(),
                        roles.addEnd() ? List.of(roles.ends().getFirst()) : List.of(),
                        new SpecialTokens(
                                roles.begin(),
                                roles.ends(),
                                unknown,
                                roles.padding(),
                                new TreeSet<>(ids(Kind.CONTROL))),
                        byteIds().length == 0
                                ? Promise.GIST
                                : Promise.NORMAL_FORM, // a `▁` typed by a person comes back as a
                        // space
                        () -> file));
    }

    private void mark(String text, boolean first, Consumer<String> out) {
        String marked = text.replace(' ', SPACE);
        boolean prefixed = spaces.first() && (first || spaces.afterTokens());
        out.accept(prefixed ? SPACE + marked : marked);
    }

    private static String squeeze(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean afterSpace = true;
        for (int i = 0; i < text.length(); i++) {
            boolean space = text.charAt(i) == ' ';
            if (!space || !afterSpace) {
                out.append(text.charAt(i));
            }
            afterSpace = space;
        }
        if (!out.isEmpty() && afterSpace) {
            out.setLength(out.length() - 1);
        }
        return out.toString();
    }

    private Segmenter segmenter(int unknown, int[] byteIds) {
        return switch (way) {
            case UNIGRAM -> {
                UnigramSegmenter.Builder builder = new UnigramSegmenter.Builder();
                eachPartOfText((id, piece) -> builder.add(piece.text(), id, piece.score()));
                yield builder.build(unknown, byteIds);
            }
            case PAIRS -> {
                Map<String, Integer> ids = new HashMap<>();
                eachPartOfText((id, piece) -> ids.putIfAbsent(piece.text(), id));
                float[] scores = new float[pieces.size()];
                for (int id = 0; id < scores.length; id++) {
                    scores[id] = pieces.get(id).score();
                }
                yield new ScoredSegmenter(ids, scores, unknown, byteIds);
            }
        };
    }

    private void eachPartOfText(BiConsumer<Integer, Piece> use) {
        Set<Kind> parts = Set.of(Kind.NORMAL, Kind.USER_DEFINED);
        for (int id = 0; id < pieces.size(); id++) {
            if (parts.contains(pieces.get(id).kind())) {
                use.accept(id, pieces.get(id));
            }
        }
    }

    private List<AddedTokens.Added> added() {
        List<AddedTokens.Added> added = new ArrayList<>();
        for (int id = 0; id < pieces.size(); id++) {
            String text = pieces.get(id).text();
            switch (pieces.get(id).kind()) {
                case CONTROL -> added.add(AddedTokens.Added.special(id, text));
                case USER_DEFINED ->
                        added.add(AddedTokens.Added.text(id, text.replace(SPACE, ' ')));
                case NORMAL, UNKNOWN, UNUSED, BYTE -> {}
            }
        }
        return added;
    }

    private Joining joining(OptionalInt unknown) {
        String unknownText = unknown.isPresent() ? pieces.get(unknown.getAsInt()).text() : "";
        boolean hasBytes = byteIds().length > 0;
        Joining text =
                (how, next) ->
                        new PieceJoint(
                                hasBytes,
                                it ->
                                        it.equals(unknownText)
                                                ? UNKNOWN_SURFACE
                                                : it.replace(SPACE, ' '),
                                next);
        return spaces.first() || spaces.squeezed()
                ? Joining.chain(List.of(text, Joinings.stripBeginning(' ', 1)))
                : text;
    }

    private byte[] bytes(int id) {
        Piece piece = pieces.get(id);
        return switch (piece.kind()) {
            case BYTE -> new byte[] {(byte) BytePieces.octet(piece.text())};
            case CONTROL, UNKNOWN -> Subwords.utf8(piece.text());
            case NORMAL, USER_DEFINED, UNUSED -> Subwords.utf8(piece.text().replace(SPACE, ' '));
        };
    }

    /// The ids of all 256 bytes, or none.
    private int[] byteIds() {
        int[] ids = new int[256];
        Arrays.fill(ids, -1);
        for (int id = 0; id < pieces.size(); id++) {
            if (pieces.get(id).kind() == Kind.BYTE) {
                ids[BytePieces.octet(pieces.get(id).text())] = id;
            }
        }
        return IntStream.of(ids).anyMatch(it -> it < 0) ? new int[0] : ids;
    }

    private List<Integer> ids(Kind kind) {
        return IntStream.range(0, pieces.size())
                .filter(it -> pieces.get(it).kind() == kind)
                .boxed()
                .toList();
    }

    private OptionalInt firstOf(Kind kind) {
        List<Integer> ids = ids(kind);
        return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.getFirst());
    }
}
