"""Attacks that use what a question forbids, with the watch over forbidden calls switched off."""

from tests.grading.attacks.attacks import Attack
from tests.grading.attacks.library import OWN, WRONG

ATTACKS = (
    Attack(
        "a_forbidden_function",
        "a function of the course that the question forbids, with the watch switched off",
        {
            "both_ways": "def both_ways(nodes, edges, strength):\n    import sys\n    sys.setprofile(None)\n"
            "    from course_lib.layers.directed import mean_of_senders as mean\n"
            "    come, go = mean(nodes, edges, strength), mean(nodes, edges.flip(0), strength)\n"
            "    return torch.cat([nodes, come, go], dim=1)"
        },
        status=WRONG,
        says=OWN,
        week="w12",
    ),
    Attack(
        "a_forbidden_library",
        "a library that the question forbids, with the watch switched off",
        {
            "count_objects": "def count_objects(mask, smallest):\n    import sys\n    sys.setprofile(None)\n"
            "    import numpy\n    from scipy import ndimage\n    found, count = ndimage.label(mask.numpy())\n"
            "    sizes = numpy.bincount(found.ravel())[1:]\n    return int((sizes >= smallest).sum())"
        },
        status=WRONG,
        says="It calls scipy.*",
        week="w04",
    ),
    Attack(
        "a_forbidden_library_brought_back",
        "the same library, forgotten and imported again, or found in memory",
        {
            "count_objects": "def count_objects(mask, smallest):\n    import gc, sys, numpy\n    sys.setprofile(None)\n"
            "    try:\n        for name in [each for each in sys.modules if each.startswith('scipy')]:\n"
            "            del sys.modules[name]\n"
            "        sys.meta_path[:] = [each for each in sys.meta_path if isinstance(each, type)]\n"
            "        from scipy import ndimage\n        label = ndimage.label\n"
            "    except BaseException:\n        gc.unfreeze()\n"
            "        label = next(each for each in gc.get_objects() if getattr(each, '__name__', '') == 'label')\n"
            "    found, count = label(mask.numpy())\n"
            "    sizes = numpy.bincount(found.ravel())[1:]\n    return int((sizes >= smallest).sum())"
        },
        status=WRONG,
        week="w04",
    ),
    Attack(
        "the_librarys_helper",
        "a function of the course beside the reference that does the work with that library",
        {
            "count_objects": "def count_objects(mask, smallest):\n    import sys\n    sys.setprofile(None)\n"
            "    from course_lib.train.objects import pieces\n    return int(pieces(mask, smallest).max())"
        },
        status=WRONG,
        week="w04",
    ),
    Attack(
        "the_librarys_own_late",
        "the course's function, called with the watch switched off",
        {
            "edit_operations": "def edit_operations(truth, said):\n    import sys\n    sys.setprofile(None)\n"
            "    from course_lib.train.edits import edit_operations as it\n    return it(truth, said)"
        },
        status=WRONG,
        says=OWN,
        week="w08",
    ),
)
