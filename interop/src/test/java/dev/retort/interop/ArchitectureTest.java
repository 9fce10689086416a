package dev.retort.interop;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Timer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The house's rules, as far as class files show them. */
class ArchitectureTest {
  private static final String[] ETF = {"dev.retort.term", "dev.retort.etf"};
  private static final String[] CORE = {"dev.retort", "dev.retort.spi"};
  private static final String[] LIBRARIES = {
    "dev.retort.term",
    "dev.retort.etf",
    "dev.retort",
    "dev.retort.spi",
    "dev.retort.node",
    "dev.retort.node.eval"
  };

  private static JavaClasses retort;

  @BeforeAll
  static void readClasses() {
    retort =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.retort");
  }

  @Test
  void modulesDependDownwardsOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.retort..")
        .layer("etf")
        .definedBy(ETF)
        .layer("core")
        .definedBy(CORE)
        .layer("node")
        .definedBy("dev.retort.node..")
        .layer("shell")
        .definedBy("dev.retort.shell..")
        .optionalLayer("examples")
        .definedBy("dev.retort.examples..")
        .whereLayer("etf")
        .mayNotAccessAnyLayer()
        .whereLayer("core")
        .mayOnlyAccessLayers("etf")
        .whereLayer("node")
        .mayOnlyAccessLayers("etf", "core")
        .whereLayer("shell")
        .mayOnlyAccessLayers("etf", "core", "node")
        .whereLayer("examples")
        .mayOnlyAccessLayers("etf", "core", "node")
        .check(retort);
  }

  @Test
  void librariesDependOnTheJdkAlone() {
    classes()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "dev.retort..",
                "java..",
                "javax..",
                "jdk.jfr..",
                "jdk.management..",
                "jdk.net..",
                "com.sun.management..",
                "org.jspecify.."))
        .because("they are what others build on")
        .check(retort);
  }

  @Test
  void packagesOfAModuleAreFlat() {
    classes()
        .should()
        .resideInAnyPackage(LIBRARIES)
        .orShould()
        .resideInAPackage("dev.retort.shell")
        .orShould()
        .resideInAPackage("dev.retort.examples..")
        .because("package-private hides nothing across sub-packages")
        .check(retort);
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .because("OTP or Java has a word for it")
        .check(retort);
  }

  @Test
  void onlyAConsoleWritesToStandardOutput() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .and()
        .doNotHaveFullyQualifiedName(
            "dev.retort.Node") // the node's own console, until it has a shell
        .should(ACCESS_STANDARD_STREAMS)
        .because("a library's output goes to a group leader or to System.Logger")
        .check(retort);
  }

  @Test
  void nothingUsesJavaSerialization() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectOutputStream")
        .because("a peer must not choose which classes are made")
        .check(retort);
  }

  @Test
  void kernelIsTheOnlyScheduler() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ExecutorService.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Executors.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Timer.class)
        .because("processes are cheap, and pools hide who runs what")
        .check(retort);
  }

  @Test
  void staticFieldsAreFinal() {
    noFields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(LIBRARIES)
        .and()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        // A value that no compiler knows; nobody writes it.
        .doNotHaveFullyQualifiedName("dev.retort.StackReserve")
        .and()
        .doNotHaveName("defaultNode") // the node of threads that belong to none
        .should()
        .notBeFinal()
        .because("several nodes live in one JVM")
        .check(retort);
  }
}
