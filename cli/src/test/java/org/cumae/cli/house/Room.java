package org.cumae.cli.house;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The rooms of the house: which packages lie in each, and which rooms each may use.
enum Room {
    SEQUENCE(List.of()),
    TORCH(List.of("torch", "weights"), SEQUENCE),
    NET(List.of("net"), TORCH),
    UNIT(List.of("unit", "series"), NET),
    TRAIN(List.of("train", "objective"), UNIT),
    APPS(
            List.of("text", "naming", "recipe", "data", "reproduce", "forecast", "world", "image"),
            TRAIN),
    LANGCHAIN4J(List.of("langchain4j"), APPS),
    SPRING(List.of("spring"), APPS),
    SERVE(List.of("serve"), APPS),
    BENCH(List.of("bench"), SERVE),
    CLI(List.of("cli"), BENCH);

    private final List<String> packages;
    private final Set<Room> above;

    Room(List<String> packages, Room... above) {
        this.packages = packages;
        this.above = Set.copyOf(Arrays.asList(above));
    }

    /// The folder of the Maven module.
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean mayUse(Room other) {
        return this == other || above.stream().anyMatch(room -> room.mayUse(other));
    }

    /// The room of a class of Cumae. Packages that no room lists are plain Java's: they lie in
    /// `sequence`.
    static Room of(JavaClass type) {
        String[] names = type.getPackageName().split("\\.");
        return Arrays.stream(values())
                .filter(room -> names.length > 2 && room.packages.contains(names[2]))
                .findFirst()
                .orElse(SEQUENCE);
    }

    static DescribedPredicate<JavaClass> in(Room... rooms) {
        Set<Room> wanted = Set.of(rooms);
        return DescribedPredicate.describe(
                "lie in "
                        + Arrays.stream(rooms).map(Room::folder).collect(Collectors.joining(", ")),
                type -> isCumae(type) && wanted.contains(of(type)));
    }

    static DescribedPredicate<JavaClass> notUsableFrom(Room room) {
        return DescribedPredicate.describe(
                "lie in rooms that " + room.folder() + " may not use",
                type -> isCumae(type) && !room.mayUse(of(type)));
    }

    static boolean isCumae(JavaClass type) {
        return type.getPackageName().equals("org.cumae")
                || type.getPackageName().startsWith("org.cumae.");
    }
}
