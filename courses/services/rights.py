"""The catalogue, who may write in it, and the review by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from courses.models import CataloguePage, CourseReview
from people.desk import opening_grants
from people.models import RoleGrant

if TYPE_CHECKING:
    from people.models import User

TRAINER_GROUP = "培训讲师"
REVIEW = "课程审核"


def catalogue_ensure() -> CataloguePage:
    """The one catalogue, root page of the site. Safe to run twice."""
    found = CataloguePage.objects.first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    catalogue = CataloguePage(title=_("课程目录"), slug="catalogue", intro="")
    root.add_child(instance=catalogue)
    catalogue.save_revision().publish()
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(hostname="localhost", root_page=catalogue, is_default_site=True, site_name="网格e课堂")
    else:
        site.root_page = catalogue
        site.save()
    Page.objects.filter(slug="home", depth=2, content_type__model="page").delete()
    return catalogue


def trainer_group_ensure() -> Group:
    """The Wagtail group of trainers: the CMS, the catalogue's pages, pictures and files. Safe to run twice."""
    group, _created = Group.objects.get_or_create(name=TRAINER_GROUP)
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    group.permissions.add(access)
    catalogue = catalogue_ensure()
    for codename in ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=catalogue.page_ptr, permission=permission)
    root = Collection.get_first_root_node()
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for verb in ("add", "change", "choose"):
            wanted = Permission.objects.filter(content_type__app_label=app, codename=f"{verb}_{model}").first()
            if wanted is not None and root is not None:
                GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=wanted)
    review_ensure(group=group, catalogue=catalogue)
    return group


def review_ensure(*, group: Group, catalogue: CataloguePage) -> Workflow:
    """The review of courses and lessons by a second trainer. Safe to run twice; what an administrator changed since stays.

    Wagtail's own first workflow, on the root page, is for a group that nobody is in, so it is put away.
    """
    kept = WorkflowPage.objects.filter(page=catalogue.page_ptr).select_related("workflow").first()
    if kept is not None:
        return kept.workflow
    workflow, _created = Workflow.objects.get_or_create(name=REVIEW)
    task, _created = CourseReview.objects.get_or_create(name=_("讲师审核"))
    task.groups.add(group)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.create(workflow=workflow, page=catalogue.page_ptr)
    for first in WorkflowPage.objects.filter(page__depth=1).select_related("workflow"):
        first.workflow.deactivate()
    return workflow


def trainer_group_sync(user: User) -> None:
    """Put a user into the trainers' group or take them out, as their live grants say."""
    if RoleGrant.objects.filter(opening_grants(), user=user).exists():
        user.groups.add(trainer_group_ensure())
    else:
        user.groups.remove(*Group.objects.filter(name=TRAINER_GROUP))
