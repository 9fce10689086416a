package dev.retort.interop;

import dev.retort.Agent;
import dev.retort.Application;
import dev.retort.ApplicationSpec;
import dev.retort.GenServer;
import dev.retort.ProcessDictionary;
import dev.retort.Supervisor;
import dev.retort.term.Pid;
import java.util.Map;

/** An application with something to look at. */
final class Warehouse implements Application {
  static final class Shelf implements GenServer<Map<String, Integer>> {
    @Override
    public Map<String, Integer> init() {
      ProcessDictionary.put("colour", "red");
      return Map.of("tea", 3);
    }
  }

  @Override
  public ApplicationSpec spec() {
    return ApplicationSpec.of("warehouse").description("Shelves").version("1.2");
  }

  @Override
  public Pid start() {
    return Supervisor.startLink(
        Supervisor.oneForOne(),
        Supervisor.child("shelf", () -> GenServer.startLink(Shelf::new, GenServer.name("shelf"))),
        Supervisor.child("doors", Warehouse::doors).supervisor());
  }

  private static Pid doors() {
    return Supervisor.startLink(
        Supervisor.oneForOne(),
        Supervisor.child("door", () -> Agent.startLink(() -> "shut", GenServer.name("door"))));
  }
}
