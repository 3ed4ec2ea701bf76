package org.cumae.reproduce.diffusion;

import org.cumae.noise.Noise;

import java.util.List;
import java.util.stream.IntStream;

/// Lines in which little is left to chance, for models that are made in a trial.
enum Task {
    /// Numbers in a row: nothing is chosen after the first.
    COUNTING {
        @Override
        String line(long number) {
            int first = 10 + (int) (Noise.of(1, 1).uniform(number) * 80);
            StringBuilder rest = new StringBuilder();
            for (int i = 1; i <= 8; i++) {
                rest.append(' ').append(first + i);
            }
            return "count %d%s.\n".formatted(first, rest);
        }
    },
    /// Facts of a small table in a fixed form: the first letter of each tells the rest.
    RECORDS {
        @Override
        String line(long number) {
            int key = (int) (Noise.of(2, 1).uniform(number) * NAMES.size());
            return "%s: lives in %s, keeps a %s, plays %s.\n"
                    .formatted(
                            NAMES.get(key),
                            fact(PLACES, key, 1),
                            fact(PETS, key, 2),
                            fact(GAMES, key, 3));
        }
    },
    /// Sums of two numbers of two digits to the base of five, the sums of the digits written out
    /// from the right.
    SUMS {
        @Override
        String line(long number) {
            int a = (int) (Noise.of(4, 1).uniform(number) * 25);
            int b = (int) (Noise.of(4, 2).uniform(number) * 25);
            int units = a % 5 + b % 5;
            int fives = a / 5 + b / 5 + units / 5;
            return "%s+%s= %s then %s so %d%d%d.\n"
                    .formatted(
                            five(a),
                            five(b),
                            five(units),
                            five(fives),
                            fives / 5,
                            fives % 5,
                            units % 5);
        }

        private static String five(int number) {
            return "%d%d".formatted(number / 5, number % 5);
        }
    };

    private static final List<String> NAMES =
            List.of("ada", "ben", "cleo", "dora", "egon", "finn", "greta", "hugo", "ida", "jan");
    private static final List<String> PLACES =
            List.of("rome", "paris", "london", "oslo", "madrid", "vienna", "athens", "berlin");
    private static final List<String> PETS =
            List.of("cat", "dog", "horse", "parrot", "goldfish", "tortoise");
    private static final List<String> GAMES =
            List.of("chess", "tennis", "football", "bridge", "golf", "marbles");

    /// One of many lines, with its end.
    abstract String line(long number);

    private static String fact(List<String> of, int key, int kind) {
        return of.get((int) (Noise.of(5, kind).uniform(key) * of.size()));
    }

    /// Lines of several tasks mixed.
    static String text(List<Task> tasks, int lines) {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, lines)
                .forEach(
                        i -> {
                            Task task = tasks.get((int) (Noise.of(6, 1).uniform(i) * tasks.size()));
                            text.append(task.line(i));
                        });
        return text.toString();
    }
}
