package org.cumae.unit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;

/// Reads and writes SentencePiece's `.model` files.
///
/// This is plain Java because the native library that exists for Java is SentencePiece 0.2.0, and
/// versions before 0.2.1 can be made to write outside their memory by a file (CVE-2026-1260).
final class SentencePiece {
    private static final int UNIGRAM = 1;
    private static final int PAIRS = 2;

    private final String file;
    private final List<PieceModel.Piece> pieces = new ArrayList<>();
    private int modelType = UNIGRAM;
    private int begin = 1;
    private int end = 2;
    private int padding = -1;
    private boolean prefix = true;
    private boolean squeezed = true;
    private Optional<byte[]> map = Optional.empty();

    private SentencePiece(String file) {
        this.file = file;
    }

    /// @throws TokenizerException naming what is wrong in the file
    static Subwords read(String file, byte[] content, boolean addBegin, boolean addEnd) {
        SentencePiece reader = new SentencePiece(file);
        try {
            reader.model(new Protobuf(ByteBuffer.wrap(content)));
            return reader.build(addBegin, addEnd)
                    .tokenizer(new TokenizerFile(TokenizerFolder.MODEL, content));
        } catch (TokenizerException e) {
            throw new TokenizerException(
                    "%s is not a SentencePiece model that can be read: %s", file, e.getMessage());
        }
    }

    private void model(Protobuf model) {
        while (model.next()) {
            switch (model.number()) {
                case 1 -> pieces.add(piece(model.message()));
                case 2 -> trainer(model.message());
                case 3 -> normalizer(model.message());
                default -> {} // self-tests and the like
            }
        }
    }

    private static PieceModel.Piece piece(Protobuf message) {
        String text = "";
        float score = 0;
        int kind = 1;
        while (message.next()) {
            switch (message.number()) {
                case 1 -> text = message.text();
                case 2 -> score = message.real();
                case 3 -> kind = message.whole();
                default -> {}
            }
        }
        return new PieceModel.Piece(text, score, kind(kind));
    }

    /// The kind of a number: also GGUF counts them so.
    static PieceModel.Kind kind(int number) {
        PieceModel.Kind[] kinds = PieceModel.Kind.values();
        if (number < 1 || number > kinds.length) {
            throw new TokenizerException(
                    "a piece has type %d; types are 1 to %d", number, kinds.length);
        }
        return kinds[number - 1];
    }

    private void trainer(Protobuf message) {
        while (message.next()) {
            switch (message.number()) {
                case 3 -> modelType = message.whole();
                case 41 -> begin = message.whole();
                case 42 -> end = message.whole();
                case 43 -> padding = message.whole();
                default -> {} // how it was trained
            }
        }
    }

    private void normalizer(Protobuf message) {
        while (message.next()) {
            switch (message.number()) {
                case 2 -> map = Optional.of(message.raw());
                case 3 -> prefix = message.flag();
                case 4 -> squeezed = message.flag();
                default -> {}
            }
        }
    }

    private PieceModel build(boolean addBegin, boolean addEnd) {
        PieceModel.Way way =
                switch (modelType) {
                    case UNIGRAM -> PieceModel.Way.UNIGRAM;
                    case PAIRS -> PieceModel.Way.PAIRS;
                    default ->
                            throw new TokenizerException(
                                    "its model type is %d; known are 1 (unigram) and 2 (pairs)",
                                    modelType);
                };
        OptionalInt first = control(begin);
        SequencedSet<Integer> ends = new LinkedHashSet<>();
        control(end).ifPresent(ends::add);
        return new PieceModel(
                "SentencePiece (%s)".formatted(file),
                way,
                List.copyOf(pieces),
                new PieceModel.Spaces(prefix, false, squeezed),
                map,
                new PieceModel.Roles(
                        first,
                        ends,
                        control(padding),
                        addBegin && first.isPresent(),
                        addEnd && !ends.isEmpty()));
    }

    /// An id that the trainer was told, if such a piece was made.
    private OptionalInt control(int id) {
        boolean there =
                id >= 0 && id < pieces.size() && pieces.get(id).kind() == PieceModel.Kind.CONTROL;
        return there ? OptionalInt.of(id) : OptionalInt.empty();
    }

    static byte[] write(PieceModel model) {
        Protobuf.Writer out = new Protobuf.Writer();
        for (PieceModel.Piece piece : model.pieces()) {
            out.raw(
                    1,
                    new Protobuf.Writer()
                            .text(1, piece.text())
                            .real(2, piece.score())
                            .whole(3, piece.kind().ordinal() + 1)
                            .bytes());
        }
        Protobuf.Writer trainer = new Protobuf.Writer();
        trainer.whole(3, model.way() == PieceModel.Way.UNIGRAM ? UNIGRAM : PAIRS);
        trainer.whole(4, model.pieces().size());
        trainer.flag(35, model.pieces().stream().anyMatch(it -> it.kind() == PieceModel.Kind.BYTE));
        trainer.whole(41, model.roles().begin().orElse(-1));
        trainer.whole(42, model.roles().ends().isEmpty() ? -1 : model.roles().ends().getFirst());
        trainer.whole(43, model.roles().padding().orElse(-1));
        out.raw(2, trainer.bytes());
        Protobuf.Writer normalizer = new Protobuf.Writer().text(1, "identity");
        model.map().ifPresent(it -> normalizer.raw(2, it));
        normalizer.flag(3, model.spaces().first()).flag(4, model.spaces().squeezed()).flag(5, true);
        out.raw(3, normalizer.bytes());
        return out.bytes();
    }
}
