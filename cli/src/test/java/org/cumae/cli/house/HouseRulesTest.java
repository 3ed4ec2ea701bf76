package org.cumae.cli.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;

import org.cumae.decode.planted.BreaksEveryRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The rules of the house (docs/architecture.md), held against every class of every room. Each rule
/// is also held against a class that breaks it: a rule that finds nothing there is no rule.
class HouseRulesTest {
    private static final JavaClasses HOUSE = house();

    /// All rooms that the command is made of, and those that are for other programs.
    private static JavaClasses house() {
        Set<Location> places = new HashSet<>(Locations.ofPackage("org.cumae"));
        for (Room room : List.of(Room.LANGCHAIN4J, Room.SPRING)) {
            places.add(Location.of(Path.of("..", room.folder(), "target", "classes")));
        }
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importLocations(places);
    }

    private static final JavaClasses PLANTED =
            new ClassFileImporter().importClasses(BreaksEveryRule.class);

    static Stream<ArchRule> rules() {
        Stream<ArchRule> arrows =
                Arrays.stream(Room.values())
                        .filter(room -> room != Room.CLI)
                        .map(
                                room ->
                                        noClasses()
                                                .that(Room.in(room))
                                                .should()
                                                .dependOnClassesThat(Room.notUsableFrom(room))
                                                .because("arrows point one way only"));
        return Stream.concat(arrows, otherRules());
    }

    static Stream<ArchRule> otherRules() {
        return Stream.of(
                noClasses()
                        .that(not(Room.in(Room.TORCH, Room.NET, Room.UNIT, Room.TRAIN)))
                        .should()
                        .dependOnClassesThat(resideInAPackage("org.bytedeco.."))
                        .because("libtorch is known to torch, net, unit and train only"),
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .areAssignableTo(ObjectInputStream.class)
                        .orShould()
                        .dependOnClassesThat()
                        .areAssignableTo(ObjectOutputStream.class)
                        .because("serialized objects run code of whoever wrote them"),
                noClasses()
                        .should(ArchConditions.be(directlySerializable()))
                        .because("nothing here is read or written by Java serialization"),
                noClasses()
                        .that(not(Room.in(Room.CLI)))
                        .should()
                        .callMethod(System.class, "exit", int.class)
                        .orShould()
                        .callMethod(Runtime.class, "exit", int.class)
                        .orShould()
                        .callMethod(Runtime.class, "halt", int.class)
                        .because("a library does not end its user's process"),
                noClasses()
                        .that(not(Room.in(Room.CLI, Room.BENCH)))
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .callMethod(Throwable.class, "printStackTrace")
                        .because("a library logs; commands talk"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theHouseKeepsEveryRule(ArchRule rule) {
        rule.allowEmptyShould(true).check(HOUSE);
    }

    @ParameterizedTest
    @MethodSource("otherRules")
    void everyRuleCatchesAPlantedClass(ArchRule rule) {
        assertThat(rule.evaluate(PLANTED).hasViolation()).as(rule.getDescription()).isTrue();
    }

    @Test
    void theArrowsCatchAPlantedClass() {
        assertThat(
                        rules().filter(
                                        rule ->
                                                rule.allowEmptyShould(true)
                                                        .evaluate(PLANTED)
                                                        .hasViolation()))
                .hasSize(1 + (int) otherRules().count());
    }

    @Test
    void weightFilesAreReadWithoutLibtorch() {
        noClasses()
                .that()
                .resideInAPackage("org.cumae.weights..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.bytedeco.."))
                .check(HOUSE);
    }

    @Test
    void everyClassLiesInTheModuleThatItsPackageBelongsTo() {
        assertThat(HOUSE)
                .allSatisfy(
                        type ->
                                assertThat(type.getSource().orElseThrow().getUri().toString())
                                        .as("add its package to Room")
                                        .containsPattern(
                                                "/" + Room.of(type).folder() + "/target/"));
    }

    @Test
    void everyPackageSaysWhatMayBeNull() {
        assertThat(HOUSE.stream().map(JavaClass::getPackage).distinct())
                .allSatisfy(
                        each ->
                                assertThat(each.isAnnotatedWith(NullMarked.class))
                                        .as(
                                                "%s has a @NullMarked package-info.java",
                                                each.getName())
                                        .isTrue());
    }

    private static DescribedPredicate<JavaClass> directlySerializable() {
        return DescribedPredicate.describe(
                "declared to be Serializable",
                type ->
                        type.getRawInterfaces().stream()
                                .anyMatch(i -> i.isEquivalentTo(Serializable.class)));
    }
}
