package org.cumae.psi;

import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is asked of a world, in one line: what is given, an arrow, what is wanted.
///
/// ```
/// prompt   := items "->" items
/// items    := item ("," item)*
/// item     := type moment [ "[" selector "]" ] [ ":" option ]     rgb0   f01   c01   d0
/// selector := "all" | "none" | number "%" | y "," x (";" y "," x)* | the name of a mask
/// option   := "seq" | "par" | "s2p=" number | "argmax"
/// ```
///
/// `rgb0,f01[3,4]->rgb1:s2p=32`: given all of frame 0 and the motion of one patch, frame 1, whose
/// first 32 patches are drawn one after the other and the rest at once. What stands on both sides
/// is given in part, and the rest of it is wanted. Wanted items are answered in their order.
///
/// @param given what is
/// @param wanted what is
public record Prompt(List<Item> given, List<Item> wanted) {
    /// Copies the lists.
    public Prompt {
        given = List.copyOf(given);
        wanted = List.copyOf(wanted);
    }

    /// Reads a prompt.
    ///
    /// @param text as above; spaces around items count for nothing
    /// @param layout what there is to ask
    /// @throws PromptException with the column, if it is none, or names what the layout has not
    public static Prompt parse(String text, Layout layout) {
        return new PromptParser(text, layout).prompt();
    }

    /// Some variables of a type at a moment.
    ///
    /// @param type its name
    /// @param moment when
    /// @param selector which of them; all where nothing is said
    /// @param way how they are drawn; one after the other where nothing is said
    public record Item(String type, Moment moment, Optional<Selector> selector, Optional<Way> way) {
        @Override
        public String toString() {
            return type
                    + moment
                    + selector.map("[%s]"::formatted).orElse("")
                    + way.map(":%s"::formatted).orElse("");
        }
    }

    /// Which cells of a grid.
    public sealed interface Selector {
        /// Each.
        record All() implements Selector {
            @Override
            public String toString() {
                return "all";
            }
        }

        /// Not one.
        record None() implements Selector {
            @Override
            public String toString() {
                return "none";
            }
        }

        /// A random choice.
        ///
        /// @param percent of the cells, 0 to 100
        record Share(int percent) implements Selector {
            @Override
            public String toString() {
                return percent + "%";
            }
        }

        /// Those that are listed.
        record Cells(List<Cell> cells) implements Selector {
            /// Copies the list.
            public Cells {
                cells = List.copyOf(cells);
            }

            @Override
            public String toString() {
                return cells.stream().map(Cell::toString).collect(Collectors.joining(";"));
            }
        }

        /// Those of a mask that has a name.
        record Named(String name) implements Selector {
            @Override
            public String toString() {
                return name;
            }
        }
    }

    /// How unknown variables are drawn.
    public sealed interface Way {
        /// One after the other, in random order: from the joint law, as the world has it.
        record Sequential() implements Way {
            @Override
            public String toString() {
                return "seq";
            }
        }

        /// All at once, each from its own law.
        record Parallel() implements Way {
            @Override
            public String toString() {
                return "par";
            }
        }

        /// Some one after the other, and then the rest at once, each as its most probable value.
        ///
        /// @param steps how many, 0 or more
        record Then(int steps) implements Way {
            @Override
            public String toString() {
                return "s2p=" + steps;
            }
        }

        /// One after the other, each as its most probable value.
        record ArgMax() implements Way {
            @Override
            public String toString() {
                return "argmax";
            }
        }

        /// What it is called in words.
        default String words() {
            return switch (this) {
                case Sequential _ -> "sequential";
                case Parallel _ -> "parallel";
                case Then(int steps) ->
                        String.format(Locale.ROOT, "%d sequential, then parallel", steps);
                case ArgMax _ -> "sequential, most probable values";
            };
        }
    }

    @Override
    public String toString() {
        return line(given) + "->" + line(wanted);
    }

    private static String line(List<Item> items) {
        return items.stream().map(Item::toString).collect(Collectors.joining(","));
    }
}
