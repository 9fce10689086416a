package dev.retort.interop.behaviour;

import java.util.List;

/** What a server or a machine does where no {@link Note} says it. */
sealed interface Script {
  /**
   * A {@code gen_server}, whose state counts its steps.
   *
   * @param infos for timeouts and exits, in turn
   */
  record ServerScript(Reaction init, List<Reaction> infos, Reaction.Ending terminate)
      implements Script {}

  /**
   * A {@code gen_statem}, whose data count its steps.
   *
   * @param functions whether it has state functions; else it has {@code handle_event}
   * @param enter whether it has state enter calls
   * @param enters for those, in turn
   * @param infos for exits, in turn
   */
  record MachineScript(
      boolean functions,
      boolean enter,
      Reaction init,
      List<Reaction> enters,
      List<Reaction> infos,
      Reaction.Ending terminate)
      implements Script {}
}
