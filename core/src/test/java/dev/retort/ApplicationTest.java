package dev.retort;

import static dev.retort.Restart.PERMANENT;
import static dev.retort.Restart.TEMPORARY;
import static dev.retort.Restart.TRANSIENT;
import static dev.retort.Supervised.BOOM;
import static dev.retort.Supervised.waitForEver;
import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApplicationTest {
  private final List<String> notes = Recorded.notes();

  @BeforeEach
  void beginAnew() {
    Node.current().close();
  }

  @AfterEach
  void leaveNothing() {
    Node.current().close();
  }

  private static Pid top(String application) {
    return Objects.requireNonNull(Node.current().whereis(application));
  }

  /** Ends an application's supervisor, and waits until its node knows. */
  private static void end(String application, Object reason) throws Exception {
    var supervisor = top(application);
    Node.current()
        .run(
            () -> {
              var master = Objects.requireNonNull(Kernel.processInfo(supervisor)).groupLeader();
              var ref = Kernel.monitor(master);
              if (reason.equals(Atom.KILL)) {
                Kernel.exit(supervisor, reason);
              } else {
                GenServer.stop(supervisor, reason);
              }
              return Kernel.receive(ref, Down.class, down -> down.ref().equals(ref)).reason();
            });
    try {
      var unused = GenServer.call(Name.of("application_controller"), Atom.of("which_applications"));
    } catch (CallException e) {
      // that was the end of the node
    }
  }

  private static Pid controller() {
    return Objects.requireNonNull(Node.current().whereis("application_controller"));
  }

  private static void fails(ThrowingCallable what, String reason, String... message) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            ApplicationException.class,
            e -> {
              assertThat(Kernel.inspect(e.reason())).isEqualTo(reason);
              for (var part : message) {
                assertThat(e).hasMessageContaining(part);
              }
            });
  }

  private static List<String> started() {
    return Application.startedApplications().stream().map(ApplicationSpec::name).toList();
  }

  // ---- start and stop

  @Test
  void itsSupervisionTreeRunsBetweenStartAndStop() {
    Recorded.of("shop", notes).load();
    Application.start("shop");
    assertThat(Supervisor.countChildren(top("shop")).active()).isOne();
    assertThat(started()).containsExactly("shop");
    Application.stop("shop");
    assertThat(Node.current().whereis("shop")).isNull();
    assertThat(started()).isEmpty();
    assertThat(notes).containsExactly("shop start", "shop prepStop", "shop stop");
    Application.start("shop"); // it is still loaded
    assertThat(started()).containsExactly("shop");
  }

  @Test
  void whatItDependsOnStartsFirst() {
    Recorded.of("shop", notes, "store", "mail").load();
    Recorded.of("store", notes, "disk").load();
    Recorded.of("mail", notes, "disk").load();
    Recorded.of("disk", notes).load();
    assertThat(Application.ensureAllStarted("shop"))
        .containsExactly("disk", "store", "mail", "shop");
    assertThat(notes).containsExactly("disk start", "store start", "mail start", "shop start");
    assertThat(Application.ensureAllStarted("shop")).isEmpty();
    assertThat(started()).containsExactly("shop", "mail", "store", "disk");
  }

  @Test
  void severalAreStartedInTheirOrder() {
    Recorded.of("shop", notes, "disk").load();
    Recorded.of("mail", notes, "disk").load();
    Recorded.of("disk", notes).load();
    assertThat(Application.ensureAllStarted(List.of("mail", "shop"), TEMPORARY))
        .containsExactly("disk", "mail", "shop");
  }

  @Test
  void anOptionalOneStartsFirstWhereThereIsOne() {
    Recorded.of("shop", notes).with(spec -> spec.optionalApplications("mail", "nowhere")).load();
    Recorded.of("mail", notes).load();
    assertThat(Application.ensureAllStarted("shop")).containsExactly("mail", "shop");
    Application.stop("shop");
    Application.stop("mail");
    assertThatCode(() -> Application.start("shop")).doesNotThrowAnyException();
  }

  @Test
  void itDoesNotStartWithoutWhatItDependsOn() throws Exception {
    Recorded.of("shop", notes, "store").load();
    Recorded.of("store", notes).load();
    fails(
        () -> Application.start("shop"),
        "{:not_started, :store}",
        "application shop: not started application store",
        "ensureAllStarted");
    Application.start("store");
    end("store", Atom.SHUTDOWN);
    fails(() -> Application.start("shop"), "{:not_running, :store}", "store", "has ended");
  }

  @Test
  void itStartsOnce() {
    Recorded.of("shop", notes).load();
    Application.start("shop");
    fails(
        () -> Application.start("shop"),
        "{:already_started, :shop}",
        "application shop: already started");
    Application.ensureStarted("shop");
    assertThat(notes).containsExactly("shop start");
  }

  @Test
  void whoeverStartsItMeanwhileWaitsForTheSameStart() throws Exception {
    var open = new CountDownLatch(1);
    Recorded.of("shop", notes)
        .starting(
            () -> {
              open.await();
              return Recorded.supervisor("shop");
            })
        .load();
    var first = new CompletableFuture<Boolean>();
    var second = new CompletableFuture<Boolean>();
    for (var done : List.of(first, second)) {
      var starter =
          Node.current()
              .spawn(
                  () -> {
                    Application.start("shop");
                    done.complete(true);
                  });
      while (Objects.requireNonNull(Kernel.processInfo(starter)).waitsFor() == null) {
        Thread.sleep(1); // for its call of the controller
      }
    }
    assertThat(first).isNotDone();
    open.countDown();
    assertThat(first.get()).isTrue();
    assertThat(second.get()).isTrue();
    assertThat(notes).containsExactly("shop start");
  }

  @Test
  void itMayStartAnotherOne() {
    Recorded.of("shop", notes)
        .starting(
            () -> {
              Application.start("store");
              return Recorded.supervisor("shop");
            })
        .load();
    Recorded.of("store", notes).load();
    Application.start("shop");
    assertThat(started()).containsExactly("shop", "store");
  }

  @Test
  void itStartsInPhasesWhenItsSupervisorRuns() {
    Recorded.of("shop", notes).with(spec -> spec.startPhases("open", "light")).load();
    Application.start("shop");
    assertThat(notes).containsExactly("shop start", "shop phase open", "shop phase light");
  }

  @Test
  void aPhaseThatFailsStopsTheTree() {
    Recorded.of("shop", notes).with(spec -> spec.startPhases("open", "bad", "light")).load();
    assertThatThrownBy(() -> Application.start("shop"))
        .isInstanceOf(ApplicationException.class)
        .hasMessageContaining("dev.retort.Recorded.start_phase(:bad) returned an error")
        .hasMessageContaining("no phase")
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(Node.current().whereis("shop")).isNull();
    assertThat(notes).containsExactly("shop start", "shop phase open", "shop phase bad");
  }

  @Test
  void oneWithoutASupervisionTreeIsOnlyKnownToHaveStarted() {
    Application.load(ApplicationSpec.of("tables").env("size", 3));
    Recorded.of("shop", notes, "tables").load();
    assertThat(Application.ensureAllStarted("shop")).containsExactly("tables", "shop");
    Application.stop("tables");
    assertThat(started()).containsExactly("shop");
  }

  @Test
  void stoppingWhatHasNotBeenStartedIsAnError() {
    Recorded.of("shop", notes).load();
    fails(() -> Application.stop("shop"), "{:not_started, :shop}", "not started application shop");
    fails(() -> Application.stop("nothing"), "{:not_started, :nothing}");
  }

  // ---- starts that fail

  @Test
  void aSupervisorThatDoesNotStartIsTheReason() {
    Recorded.of("shop", notes)
        .starting(
            () ->
                Supervisor.startLink(
                    oneForOne(),
                    waiting("good"),
                    Supervisor.child(
                        "bad",
                        () -> {
                          throw new IllegalStateException("no disk");
                        })))
        .load();
    assertThatThrownBy(() -> Application.start("shop"))
        .isInstanceOfSatisfying(
            ApplicationException.class,
            e ->
                assertThat(Kernel.inspect(e.reason()))
                    .startsWith("{{:shutdown, {:failed_to_start_child, \"bad\", ")
                    .endsWith(", {:\"dev.retort.Recorded\", :start, []}}"))
        .hasMessageContaining("application shop: dev.retort.Recorded.start() returned an error: ")
        .hasMessageContaining("shutdown: failed to start child: \"bad\"")
        .hasRootCauseMessage("no disk");
    assertThat(started()).isEmpty();
  }

  @Test
  void anythingElseThatStartDoesIsABadReturn() {
    Recorded.of("null", notes).starting(() -> null).load();
    fails(
        () -> Application.start("null"),
        "{:bad_return, {{:\"dev.retort.Recorded\", :start, []}, nil}}",
        "returned a bad value: nil",
        "the pid of its top supervisor was expected");
    Recorded.of("self", notes).starting(Kernel::self).load();
    assertThatThrownBy(() -> Application.start("self"))
        .hasMessageContaining("returned a bad value: #PID<");
    Recorded.of("exit", notes)
        .starting(
            () -> {
              throw new ExitException(BOOM);
            })
        .load();
    fails(
        () -> Application.start("exit"),
        "{:bad_return, {{:\"dev.retort.Recorded\", :start, []}, {:EXIT, :boom}}}",
        "dev.retort.Recorded.start() failed: :boom");
    Recorded.of("normal", notes)
        .starting(
            () -> {
              throw new ExitException(Atom.NORMAL);
            })
        .load();
    fails(
        () -> Application.start("normal"),
        "{{:EXIT, :normal}, {:\"dev.retort.Recorded\", :start, []}}");
    Recorded.of("error", notes)
        .starting(
            () -> {
              throw new StackOverflowError("too deep");
            })
        .load();
    assertThatThrownBy(() -> Application.start("error"))
        .hasMessageContaining("dev.retort.Recorded.start() failed: ")
        .hasCauseInstanceOf(StackOverflowError.class);
    assertThat(started()).isEmpty();
  }

  @Test
  void whatAFailedStartHasBegunIsStopped() {
    var child = new CompletableFuture<Pid>();
    var stray = new CompletableFuture<Pid>();
    Recorded.of("shop", notes)
        .starting(
            () -> {
              child.complete(Recorded.supervisor("shop"));
              stray.complete(Kernel.spawn(Supervised::waitForEver));
              throw new IllegalStateException("half way");
            })
        .load();
    assertThatThrownBy(() -> Application.start("shop")).hasMessageContaining("half way");
    assertThat(Kernel.alive(child.join())).isFalse();
    assertThat(Kernel.alive(stray.join())).isFalse();
  }

  @Test
  void whoeverKillsAStartIsItsReason() throws Exception {
    var root = new CompletableFuture<Pid>();
    Recorded.of("shop", notes)
        .starting(
            () -> {
              root.complete(Kernel.self());
              waitForEver();
              return null;
            })
        .load();
    Node.current().spawn(() -> Kernel.exit(root.get(), Atom.KILL));
    fails(() -> Application.start("shop"), ":killed");
  }

  @Test
  void whenOneDoesNotStartThoseStartedForItAreStopped() {
    Recorded.of("disk", notes).load();
    Recorded.of("store", notes, "disk").load();
    Recorded.of("mail", notes).starting(() -> null).load();
    Recorded.of("shop", notes, "store", "mail").load();
    Application.start("disk");
    assertThatThrownBy(() -> Application.ensureAllStarted("shop"))
        .isInstanceOfSatisfying(
            ApplicationException.class,
            e -> assertThat(Kernel.inspect(e.reason())).startsWith("{:mail, {:bad_return, "))
        .hasMessageContaining("application mail: ");
    assertThat(started()).containsExactly("disk");
    assertThat(notes)
        .containsExactly("disk start", "store start", "mail start", "store prepStop", "store stop");
  }

  @Test
  void applicationsThatDependOnEachOtherInARingAreRefused() {
    Recorded.of("shop", notes, "store").load();
    Recorded.of("store", notes, "disk").load();
    Recorded.of("disk", notes, "store").load();
    fails(
        () -> Application.ensureAllStarted("shop"),
        "{:circular_dependency, [:store, :disk, :store]}",
        "depend on each other in a ring",
        "store -> disk -> store");
    assertThat(notes).isEmpty();
  }

  @Test
  void aSpecificationThatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApplicationSpec.of(" "))
        .withMessageContaining("an application's name such as shop was expected");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApplicationSpec.of("shop").applications("shop"))
        .withMessage("application shop depends on itself");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApplicationSpec.of("shop").applications("store", "store"))
        .withMessage("application shop depends twice on store: once was expected");
  }

  // ---- ends

  @Test
  void theEndOfATemporaryOneIsOnlyReported() throws Exception {
    Recorded.of("shop", notes).load();
    Recorded.of("store", notes).load();
    Application.start("store");
    Application.start("shop");
    end("shop", Atom.SHUTDOWN);
    assertThat(started()).containsExactly("store");
    assertThat(notes)
        .containsExactly("store start", "shop start", "shop prepStop without a tree", "shop stop");
    Application.start("shop"); // one that has ended can be started again
    assertThat(started()).containsExactly("shop", "store");
    end("shop", Atom.KILL);
    Application.stop("shop"); // one that has ended can be stopped
    fails(() -> Application.stop("shop"), "{:not_started, :shop}");
  }

  @Test
  void theEndOfAPermanentOneEndsTheNodeAfterTheOthers() throws Exception {
    var node = Node.current();
    Recorded.of("store", notes).load();
    Recorded.of("shop", notes, "store").load();
    Recorded.of("mail", notes, "shop").load();
    Application.ensureAllStarted("mail", PERMANENT);
    end("shop", Atom.SHUTDOWN);
    assertThat(Kernel.inspect(node.onClose().get()))
        .isEqualTo("{:application_terminated, :shop, :shutdown}");
    assertThat(notes)
        .containsExactly(
            "store start",
            "shop start",
            "mail start",
            "shop prepStop without a tree",
            "shop stop",
            "mail prepStop",
            "mail stop",
            "store prepStop",
            "store stop");
    assertThat(Node.current()).isNotSameAs(node);
  }

  @Test
  void theEndOfATransientOneEndsTheNodeUnlessItIsNormal() throws Exception {
    var node = Node.current();
    Recorded.of("shop", notes).load();
    Application.start("shop", TRANSIENT);
    end("shop", Atom.NORMAL);
    assertThat(node.onClose()).isNotDone();
    Application.start("shop", TRANSIENT);
    end("shop", Atom.KILL);
    assertThat(Kernel.inspect(node.onClose().get()))
        .isEqualTo("{:application_terminated, :shop, :killed}");
  }

  @Test
  void stoppingAPermanentOneHarmsNobody() {
    var node = Node.current();
    Recorded.of("shop", notes).load();
    Application.start("shop", PERMANENT);
    Application.stop("shop");
    Application.start("shop", PERMANENT);
    assertThat(node.onClose()).isNotDone();
    assertThat(started()).containsExactly("shop");
  }

  @Test
  void aPermanentOneThatDoesNotStartEndsTheNode() throws Exception {
    var node = Node.current();
    Recorded.of("store", notes).load();
    Recorded.of("shop", notes, "store").starting(() -> null).load();
    Application.start("store");
    assertThatThrownBy(() -> Application.start("shop", PERMANENT))
        .isInstanceOf(ApplicationException.class);
    assertThat(Kernel.inspect(node.onClose().get()))
        .startsWith("{:application_start_failure, :shop, {:bad_return, ");
    assertThat(notes).endsWith("store prepStop", "store stop");
  }

  @Test
  void aNodeStopsItsApplicationsInReverseOrderWhenItIsClosed() {
    var node = Node.current();
    Recorded.of("store", notes).load();
    Recorded.of("shop", notes, "store").load();
    Application.ensureAllStarted("shop");
    node.close();
    assertThat(notes)
        .containsExactly(
            "store start",
            "shop start",
            "shop prepStop",
            "shop stop",
            "store prepStop",
            "store stop");
    assertThat(node.onClose()).isCompletedWithValue(Atom.NORMAL);
  }

  @Test
  void aProcessOfAnApplicationMayCloseItsNode() throws Exception {
    var node = Node.current();
    Recorded.of("shop", notes)
        .starting(
            () ->
                Supervisor.startLink(
                    oneForOne(),
                    Supervisor.child(
                        "closer",
                        () ->
                            Kernel.spawnLink(
                                () -> {
                                  Kernel.receive();
                                  node.close();
                                  notes.add("goes on");
                                  waitForEver();
                                }))))
        .load();
    Application.start("shop");
    var pid = Application.startedApplications().isEmpty() ? null : childOf(node);
    Kernel.send(Objects.requireNonNull(pid), "close");
    assertThat(node.onClose().get()).isEqualTo(Atom.NORMAL);
    assertThat(notes).contains("shop stop");
  }

  /** The only process whose body is a lambda of this class. */
  private static @Nullable Pid childOf(Node node) {
    var found = new CopyOnWriteArrayList<Pid>();
    node.forEachProcess(
        process -> {
          if (process.code() instanceof Body body
              && body.getClass().getName().startsWith(ApplicationTest.class.getName())) {
            found.add(process.pid);
          }
        });
    return found.size() == 1 ? found.getFirst() : null;
  }

  @Test
  void nothingStartsOnANodeThatEnds() throws Exception {
    var stopping = new CompletableFuture<Throwable>();
    Recorded.of("store", notes).load();
    Application.load(
        new Application() {
          @Override
          public ApplicationSpec spec() {
            return ApplicationSpec.of("shop");
          }

          @Override
          public Pid start() {
            return Recorded.supervisor("shop");
          }

          @Override
          public void stop() throws Exception {
            var task =
                Task.async(
                    () -> {
                      try {
                        Application.start("store");
                      } catch (IllegalStateException e) {
                        stopping.complete(e);
                      }
                      return Atom.OK;
                    });
            task.await();
          }
        });
    Application.start("shop");
    Node.current().close();
    assertThat(stopping.get()).hasMessageContaining("the node is closed");
  }

  @Test
  void itsStopMayNotStopOthersWhichWouldWaitForItself() {
    var thrown = new CompletableFuture<Throwable>();
    Application.load(
        new Application() {
          @Override
          public ApplicationSpec spec() {
            return ApplicationSpec.of("shop");
          }

          @Override
          public Pid start() {
            return Recorded.supervisor("shop");
          }

          @Override
          public void stop() {
            try {
              Application.stop("store");
            } catch (IllegalStateException e) {
              thrown.complete(e);
              throw e;
            }
          }
        });
    Application.start("shop");
    try (var log = new CapturedLog()) {
      Application.stop("shop");
      assertThat(log.with("Application shop: stop has failed")).hasSize(1);
    }
    assertThat(thrown.join()).hasMessageContaining("prepStop or stop of shop");
    assertThat(started()).isEmpty();
  }

  // ---- its processes

  @Test
  void itsProcessesAreItsGroupAndEndWithIt() throws Exception {
    var stray = new CompletableFuture<Pid>();
    Recorded.of("shop", notes)
        .starting(
            () -> {
              Kernel.spawn(
                  () -> {
                    Kernel.trapExit(true);
                    stray.complete(Kernel.self());
                    while (true) {
                      Kernel.receive();
                    }
                  });
              return Recorded.supervisor("shop");
            })
        .load();
    Application.start("shop");
    assertThat(Application.getApplication(stray.get())).isEqualTo("shop");
    assertThat(Application.getApplication(top("shop"))).isEqualTo("shop");
    String none = Node.current().run(() -> Application.getApplication());
    assertThat(none).isNull();
    Application.stop("shop");
    assertThat(Kernel.alive(stray.get())).isFalse();
    assertThat(Application.getApplication(stray.get())).isNull();
  }

  @Test
  void whatItsProcessesPrintGoesToTheNodesOutput() throws Exception {
    var output = new CopyOnWriteArrayList<String>();
    Node.current().output(output::add);
    Recorded.of("shop", notes)
        .starting(
            () -> {
              Kernel.println("in " + Application.getApplication());
              return Recorded.supervisor("shop");
            })
        .load();
    var other = GroupLeader.start(text -> output.add("not here: " + text));
    var done = new CompletableFuture<Boolean>();
    Node.current()
        .spawn(
            () -> {
              Application.start("shop");
              done.complete(true);
            },
            other);
    done.get();
    assertThat(output).containsExactly("in shop\n");
  }

  // ---- what there is

  @Test
  void itSaysWhatIsLoadedAndWhatRuns() {
    Recorded.of("shop", notes).with(spec -> spec.description("Sells things").version("2.1")).load();
    Recorded.of("store", notes).load();
    assertThat(Application.loadedApplications())
        .extracting(ApplicationSpec::name)
        .containsExactlyInAnyOrder("shop", "store");
    assertThat(Application.spec("shop")).isNotNull();
    assertThat(Objects.requireNonNull(Application.spec("shop")).description())
        .isEqualTo("Sells things");
    assertThat(Application.spec("unknown")).isNull();
    Application.start("shop");
    assertThat(Kernel.inspect(GenServer.call(controller(), Atom.of("which_applications"))))
        .isEqualTo("[{:shop, 'Sells things', '2.1'}]");
  }

  @Test
  void aClassBelongsToTheApplicationInOrAboveItsPackage() {
    Recorded.of("shop", notes).load();
    assertThat(Application.getApplication(dev.retort.program.Program.class)).isEqualTo("shop");
    assertThat(Application.getApplication(ApplicationTest.class)).isEqualTo("shop");
    assertThat(Application.getApplication(String.class)).isNull();
  }

  @Test
  void itIsLoadedOnceAndUnloadedWhenItDoesNotRun() {
    Recorded.of("shop", notes).load();
    fails(
        () -> Recorded.of("shop", notes).load(),
        "{:already_loaded, :shop}",
        "application shop: already loaded");
    fails(() -> Application.load("shop"), "{:already_loaded, :shop}");
    Application.ensureLoaded("shop");
    Application.start("shop");
    fails(() -> Application.unload("shop"), "{:running, :shop}", "still runs; stop it");
    Application.stop("shop");
    Application.unload("shop");
    assertThat(Application.loadedApplications()).isEmpty();
    fails(() -> Application.unload("shop"), "{:not_loaded, :shop}", "not loaded");
  }

  @Test
  void oneThatNobodyKnowsIsAnError() {
    fails(
        () -> Application.start("unknown"),
        "{\"no such file or directory\", :unknown}",
        "application unknown: could not find it",
        "service dev.retort.Application");
    fails(
        () -> Application.ensureAllStarted("unknown"),
        "{:unknown, {\"no such file or directory\", :unknown}}");
  }
}
