package org.cumae.net;

import org.cumae.Check;
import org.cumae.model.Answer;
import org.cumae.model.Card;
import org.cumae.model.Model;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.torch.Device;
import org.cumae.torch.LostRankException;
import org.cumae.torch.Processor;
import org.cumae.torch.Ranks;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A model that several processes of this machine compute together: each has its share of the heads
/// and of the feed-forward parts, and they add up after each part of a block.
///
/// This process is the first of them and starts the others. What it is asked it tells them, so that
/// all run the same passes over the same states. The others end with it; when one of them ends, no
/// pass works any more, and [#lost] says so.
///
/// @see <a href="https://arxiv.org/abs/1909.08053">Shoeybi et al. 2019, Megatron-LM</a>
public final class ParallelModel implements Model {
    private static final long GRACE_SECONDS = 5;

    private final Transformer own;
    private final Ranks ranks;
    private final Path meeting;
    private final List<Follow> others;
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private int states;
    private volatile boolean closing;

    /// Another process, and where it is told.
    private record Follow(int rank, Process process, DataOutputStream in) {
        /// Waits until it says that it is ready.
        void await() throws IOException {
            if (process.getInputStream().read() != Follower.READY) {
                process.destroyForcibly(); // it may live, and say what it should not
                throw new IllegalStateException(
                        "rank %d ended with code %d before it had begun; what it said stands above"
                                .formatted(rank, process.onExit().join().exitValue()));
            }
        }
    }

    private ParallelModel(Transformer own, Ranks ranks, Path meeting, List<Follow> others) {
        this.own = own;
        this.ranks = ranks;
        this.meeting = meeting;
        this.others = others;
        for (Follow other : others) {
            var _ =
                    other.process
                            .onExit()
                            .thenAccept(process -> ended(other.rank, process.exitValue()));
        }
    }

    /// Loads a model in this process and others that are started.
    ///
    /// Threads for products are shared among them, at least one for each.
    ///
    /// @param path a directory as Hugging Face lays it out, or a GGUF file, of a family that can be
    ///   shared: Llama, Qwen 2, Qwen 3, Mistral
    /// @param device where the shares are to live: the processor
    /// @param precision in how many bits matrices are held
    /// @param count how many processes; they divide its heads, key heads and inner width
    /// @throws IllegalArgumentException if they do not, or the model is of another family
    /// @throws org.cumae.weights.WeightFileException as [Transformer#load(Path)]
    public static ParallelModel start(Path path, Device device, Precision precision, int count) {
        Check.argument(
                count > 1, "a model is to be shared by %d processes; it must be 2 or more", count);
        Check.argument(
                device.equals(Device.CPU),
                "%s is asked for; the processes of one model add up over Gloo, on the processor only",
                device);
        var _ =
                new Share(0, count)
                        .of(TransformerConfig.read(path)); // told here, before anything is started
        int threads = Math.max(1, Processor.threads() / count);
        Deque<AutoCloseable> begun = new ArrayDeque<>(); // ended in turn where it comes to nothing
        try {
            Path folder = Files.createTempDirectory("cumae-ranks");
            Path meeting = folder.resolve("meeting");
            begun.push(() -> remove(meeting));
            List<Follow> others = new ArrayList<>();
            for (int rank = 1; rank < count; rank++) {
                Follow other = follow(path, device, precision, rank, count, meeting, threads);
                begun.push(other.process::destroyForcibly);
                others.add(other);
            }
            awaitAll(others);
            Processor.useThreads(threads);
            Ranks ranks = Ranks.join(0, count, meeting);
            begun.push(ranks);
            Transformer own = Transformer.load(path, device, precision, ranks);
            begun.push(own);
            awaitAll(others);
            return new ParallelModel(own, ranks, meeting, others);
        } catch (IOException e) {
            UncheckedIOException failure =
                    new UncheckedIOException("cannot start the processes of " + path, e);
            end(begun, failure);
            throw failure;
        } catch (RuntimeException e) {
            end(begun, e);
            throw e;
        }
    }

    private static void awaitAll(List<Follow> others) throws IOException {
        for (Follow other : others) {
            other.await();
        }
    }

    private static void end(Deque<AutoCloseable> begun, RuntimeException failure) {
        for (AutoCloseable each : begun) {
            try {
                each.close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void remove(Path meeting) throws IOException {
        Files.deleteIfExists(meeting);
        Files.deleteIfExists(meeting.getParent());
    }

    private static Follow follow(
            Path path,
            Device device,
            Precision precision,
            int rank,
            int count,
            Path meeting,
            int threads)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("org.bytedeco.openblas"))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Follower.class.getName(),
                        path.toAbsolutePath().toString(),
                        device.toString(),
                        precision.toString(),
                        Integer.toString(rank),
                        Integer.toString(count),
                        meeting.toString(),
                        Integer.toString(threads)));
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        return new Follow(
                rank,
                process,
                new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16)));
    }

    private void ended(int rank, int code) {
        if (!closing) {
            lost.complete(
                    "rank %d of %d ended with code %d, and no pass works without it; start again"
                            .formatted(rank, ranks.count(), code));
        }
    }

    /// What this process has of it: its share of the blocks, and the head; what it drafts with are
    /// heads, since masks run in one process only.
    public Transformer own() {
        return own;
    }

    /// The other processes, in the order of their ranks.
    List<ProcessHandle> others() {
        return others.stream().map(other -> other.process.toHandle()).toList();
    }

    /// Completed when another process has ended by itself.
    @Override
    public CompletableFuture<String> lost() {
        return lost;
    }

    @Override
    public Card card() {
        return own.card();
    }

    @Override
    public State open() {
        int number = states++;
        State state = own.open();
        tell(new Told.Open(number));
        return new Led(number, state);
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        List<Part> mine = new ArrayList<>();
        List<Told.Part> theirs = new ArrayList<>();
        for (Part part : pass) {
            Led state = led(part.state());
            mine.add(new Part(state.own, part.query()));
            theirs.add(new Told.Part(state.number, part.query()));
        }
        tell(new Told.Pass(theirs));
        try {
            return own.forward(mine);
        } catch (LostRankException e) {
            throw new LostRankException(lost.getNow(e.getMessage()), e);
        }
    }

    private Led led(State state) {
        if (state instanceof Led led && led.isOf(this)) {
            return led;
        }
        throw new IllegalArgumentException(
                "a context of another model was given to model %s; open one here"
                        .formatted(card().name()));
    }

    private void tell(Told told) {
        try {
            for (Follow other : others) {
                told.write(other.in);
                other.in.flush();
            }
        } catch (IOException e) {
            throw new LostRankException(
                    lost.getNow("another process of this model has ended; start again"), e);
        }
    }

    /// What a state of so many rows may take in this process; the others need as much each.
    @Override
    public long bytes(int rows) {
        return own.bytes(rows);
    }

    @Override
    public boolean cutsAnywhere() {
        return own.cutsAnywhere();
    }

    @Override
    public void close() {
        closing = true;
        for (Follow other : others) {
            try {
                other.in.close(); // which it takes for the end
            } catch (IOException _) {
                other.process.destroyForcibly(); // it has ended, or does not listen
            }
        }
        for (Follow other : others) {
            end(other.process);
        }
        ranks.close();
        own.close();
        try {
            remove(meeting);
        } catch (IOException _) {
            // what is left in the folder for temporary files is some bytes
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /// A state here and, under the same number, in all other ranks.
    private final class Led implements State {
        private final int number;
        private final State own;
        private boolean closed;

        Led(int number, State own) {
            this.number = number;
            this.own = own;
        }

        boolean isOf(ParallelModel model) {
            return ParallelModel.this == model;
        }

        @Override
        public int length() {
            return own.length();
        }

        @Override
        public State fork() {
            return fork(length());
        }

        @Override
        public State fork(int length) {
            State copy = own.fork(length);
            int copied = states++;
            tell(new Told.Fork(copied, number, length));
            return new Led(copied, copy);
        }

        @Override
        public void truncate(int length) {
            own.truncate(length);
            tell(new Told.Truncate(number, length));
        }

        @Override
        public int nearest(int length) {
            return own.nearest(length);
        }

        @Override
        public void keep(int from, Tokens rows) {
            own.keep(from, rows);
            tell(new Told.Keep(number, from, rows));
        }

        @Override
        public long bytes() {
            return own.bytes();
        }

        @Override
        public void close() {
            own.close();
            if (!closed) {
                closed = true;
                if (!lost.isDone() && !closing) {
                    tell(new Told.Close(number));
                }
            }
        }
    }
}
