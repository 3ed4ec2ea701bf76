package org.cumae.net;

import org.cumae.model.Model;
import org.cumae.model.State;
import org.cumae.torch.Device;
import org.cumae.torch.Processor;
import org.cumae.torch.Ranks;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A process that computes one share of a model for the process that started it, see
/// [ParallelModel]. It is told on its standard input what to do, and ends when that does.
final class Follower {
    /// What it writes when it runs, and again when it has loaded.
    static final int READY = 1;

    private final Model model;
    private final Map<Integer, State> states = new HashMap<>();

    private Follower(Model model) {
        this.model = model;
    }

    /// @param arguments the model's path, device and precision, this rank, their number, the file
    ///   through which they meet, and the threads for products
    static void main(String[] arguments) throws IOException {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        int rank = Integer.parseInt(arguments[3]);
        Processor.useThreads(Integer.parseInt(arguments[6]));
        out.write(READY);
        out.flush();
        try (Ranks ranks = Ranks.join(rank, Integer.parseInt(arguments[4]), Path.of(arguments[5]));
                Transformer share =
                        Transformer.load(
                                Path.of(arguments[0]),
                                Device.parse(arguments[1]),
                                Precision.parse(arguments[2]),
                                ranks)) {
            out.write(READY);
            out.flush();
            new Follower(share)
                    .follow(new DataInputStream(new BufferedInputStream(System.in, 1 << 16)));
        }
    }

    private void follow(DataInputStream in) throws IOException {
        for (Told told = next(in); told != null; told = next(in)) {
            try {
                act(told);
            } catch (IllegalArgumentException _) {
                // rank 0 was refused the same, before anything was added up, and has told whoever
                // asked
            }
        }
    }

    private static @org.jspecify.annotations.Nullable Told next(DataInputStream in)
            throws IOException {
        return Told.read(in).orElse(null);
    }

    private void act(Told told) {
        switch (told) {
            case Told.Open(int state) -> states.put(state, model.open());
            case Told.Fork(int state, int of, int rows) -> states.put(state, state(of).fork(rows));
            case Told.Truncate(int state, int length) -> state(state).truncate(length);
            case Told.Keep(int state, int from, var rows) -> state(state).keep(from, rows);
            case Told.Close(int state) -> {
                state(state).close();
                states.remove(state);
            }
            case Told.Pass(List<Told.Part> parts) -> {
                List<Model.Part> mine =
                        parts.stream()
                                .map(part -> new Model.Part(state(part.state()), part.query()))
                                .toList();
                model.forward(mine);
            }
        }
    }

    private State state(int number) {
        State state = states.get(number);
        if (state == null) {
            throw new IllegalStateException("rank 0 told of a state that is not here: " + number);
        }
        return state;
    }
}
