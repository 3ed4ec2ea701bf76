package org.cumae.net;

import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// What the first rank tells the others, so that they do as it does. States go by number.
sealed interface Told {
    /// There is a new, empty state.
    record Open(int state) implements Told {}

    /// There is a copy of the first rows of a state.
    record Fork(int state, int of, int rows) implements Told {}

    /// A state is cut.
    record Truncate(int state, int length) implements Told {}

    /// A path of a state is kept.
    record Keep(int state, int from, Tokens rows) implements Told {}

    /// A state is gone.
    record Close(int state) implements Told {}

    /// Rows are appended to states, in one pass. Nobody is asked about them.
    record Pass(List<Part> parts) implements Told {}

    /// One state's share of a pass.
    record Part(int state, Query query) {}

    /// Writes this.
    default void write(DataOutputStream out) throws IOException {
        switch (this) {
            case Open(int state) -> ints(out, 0, state);
            case Fork(int state, int of, int rows) -> ints(out, 1, state, of, rows);
            case Truncate(int state, int length) -> ints(out, 2, state, length);
            case Keep(int state, int from, Tokens rows) -> {
                ints(out, 3, state, from);
                list(out, rows.toArray());
            }
            case Close(int state) -> ints(out, 4, state);
            case Pass(List<Part> parts) -> {
                ints(out, 5, parts.size());
                for (Part part : parts) {
                    out.writeInt(part.state);
                    write(out, part.query);
                }
            }
        }
    }

    /// Reads what comes next; empty where the first rank has ended.
    static Optional<Told> read(DataInputStream in) throws IOException {
        int kind;
        try {
            kind = in.readInt();
        } catch (EOFException _) {
            return Optional.empty();
        }
        return Optional.of(
                switch (kind) {
                    case 0 -> new Open(in.readInt());
                    case 1 -> new Fork(in.readInt(), in.readInt(), in.readInt());
                    case 2 -> new Truncate(in.readInt(), in.readInt());
                    case 3 -> new Keep(in.readInt(), in.readInt(), Tokens.of(list(in)));
                    case 4 -> new Close(in.readInt());
                    case 5 -> {
                        int count = in.readInt();
                        List<Part> parts = new ArrayList<>();
                        for (int i = 0; i < count; i++) {
                            parts.add(new Part(in.readInt(), query(in)));
                        }
                        yield new Pass(parts);
                    }
                    default -> throw new IOException("rank 0 told a thing of unknown kind " + kind);
                });
    }

    private static void write(DataOutputStream out, Query query) throws IOException {
        switch (query.input()) {
            case Input.Ids(Tokens ids) -> list(out, ids.toArray());
            case Input.Vectors _, Input.Made _, Input.Noised _ ->
                    throw new IllegalArgumentException(
                            "the transformer knows ids and no vectors; feed ids");
        }
        out.writeBoolean(query.positions().isPresent());
        if (query.positions().isPresent()) {
            list(out, query.positions().get().toArray());
        }
        switch (query.visibility()) {
            case Visibility.Causal _ -> out.writeInt(0);
            case Visibility.Full _ -> out.writeInt(1);
            case Visibility.Tree(List<Integer> parents) -> {
                out.writeInt(2);
                list(out, array(parents));
            }
            case Visibility.Ranks(List<Integer> ranks) -> {
                out.writeInt(3);
                list(out, array(ranks));
            }
            case Visibility.TwoStream(List<Integer> ranks, BitSet questions) -> {
                out.writeInt(4);
                list(out, array(ranks));
                list(out, questions.stream().toArray());
            }
            case Visibility.Given(List<BitSet> columns) -> {
                ints(out, 5, columns.size());
                for (BitSet row : columns) {
                    list(out, row.stream().toArray());
                }
            }
        }
    }

    private static Query query(DataInputStream in) throws IOException {
        Tokens ids = Tokens.of(list(in));
        Optional<Tokens> positions =
                in.readBoolean() ? Optional.of(Tokens.of(list(in))) : Optional.empty();
        int kind = in.readInt();
        Visibility visibility =
                switch (kind) {
                    case 0 -> Visibility.CAUSAL;
                    case 1 -> Visibility.FULL;
                    case 2 -> new Visibility.Tree(boxed(list(in)));
                    case 3 -> new Visibility.Ranks(boxed(list(in)));
                    case 4 -> new Visibility.TwoStream(boxed(list(in)), set(list(in)));
                    case 5 -> {
                        int rows = in.readInt();
                        List<BitSet> columns = new ArrayList<>();
                        for (int row = 0; row < rows; row++) {
                            columns.add(set(list(in)));
                        }
                        yield new Visibility.Given(columns);
                    }
                    default -> throw new IOException("rank 0 told a rule of unknown kind " + kind);
                };
        return new Query(new Input.Ids(ids), positions, visibility, List.of());
    }

    private static void ints(DataOutputStream out, int... values) throws IOException {
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static void list(DataOutputStream out, int[] values) throws IOException {
        out.writeInt(values.length);
        ints(out, values);
    }

    private static int[] list(DataInputStream in) throws IOException {
        int[] values = new int[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readInt();
        }
        return values;
    }

    private static int[] array(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static BitSet set(int[] bits) {
        BitSet set = new BitSet();
        for (int bit : bits) {
            set.set(bit);
        }
        return set;
    }
}
