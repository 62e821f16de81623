from tests.permissions.world import World
def test_it(world: World) -> None:
    from portal.models import Base
    for t in Base.metadata.sorted_tables:
        a=len(world.keys["A"].get(t.name,[])); b=len(world.keys["B"].get(t.name,[]))
        if a!=b or a==0: print(t.name,a,b)
    print(len(world.canaries), len(world.twins))
